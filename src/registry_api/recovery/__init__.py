"""The way back for who forgot the password or the login name."""
