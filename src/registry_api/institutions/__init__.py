"""Divisions, authorities, institutions and the working-day calendar."""
