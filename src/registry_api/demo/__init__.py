"""Synthetic content and the demonstration run."""
