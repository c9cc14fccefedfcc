"""Photos that accompany an application."""
