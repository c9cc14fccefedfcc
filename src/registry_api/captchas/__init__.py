"""Proof that a person is there: picture, sound, or work."""
