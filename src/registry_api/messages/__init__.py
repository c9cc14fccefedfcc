"""Messages to phones and mailboxes."""
