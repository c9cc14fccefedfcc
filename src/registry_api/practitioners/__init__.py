"""The qualification register: persons and their certificates."""
