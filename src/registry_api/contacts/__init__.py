"""Phone and e-mail of an account, and how they change."""
