"""Sign-in, sessions and principals."""
