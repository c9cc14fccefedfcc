"""What the system knows about a person, shown to that person, and closing the account."""
