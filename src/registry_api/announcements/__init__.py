"""Announcements of the authorities, for everybody to read."""
