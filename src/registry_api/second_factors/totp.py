"""Six digits of an authenticator (RFC 6238): 30 seconds, SHA-1, one step of drift either way, each step once."""

SECRET_PLACE = "second_factor.secret"  # noqa: S105 (where it is sealed, not what)
