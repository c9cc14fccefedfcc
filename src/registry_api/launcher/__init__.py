"""Starts the service on a machine that has nothing: database, secrets, API, portals and worker."""


class CannotStart(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The machine or the settings do not allow a start; the message says what to do about it."""
