"""Authenticators and passkeys."""
