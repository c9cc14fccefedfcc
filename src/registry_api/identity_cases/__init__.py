"""Identity disputes, corrections and lost phones."""
