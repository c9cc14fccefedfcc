"""Pages for a development machine, where nothing is sent: what would have been. They do not exist elsewhere."""
