"""Practice registrations and what happened to them."""
