"""Why a licence, a 亮照, a status list or a signed PDF does not count."""

from enum import StrEnum


class Reason(StrEnum):
    """Each has its words under `verify.reason` in the catalogues."""

    MALFORMED = "malformed"
    """It cannot be read, or is not written as we write it."""
    NOT_A_LICENCE = "not_a_licence"
    """It is well-formed and something else, such as a status list or a foreign CWT."""
    NOT_A_STATUS_LIST = "not_a_status_list"
    """The same of what was handed in as a status list."""
    OTHER_ISSUER = "other_issuer"
    """It says of itself that somebody else issued it."""
    WRONG_KEY = "wrong_key"
    """It claims to be ours, and was signed with a key that we never published."""
    FORGED = "forged"
    """It names one of our keys, and the signature is not of that key: altered, or made up."""
    EXPIRED = "expired"
    UNSIGNED = "unsigned"
    """A PDF without a signature."""
    ALTERED = "altered"
    """A PDF that is not the one that was signed: something was changed in its place."""
    EDITED = "edited"
    """A PDF to which something was added after it was signed."""
    OTHER_PHOTO = "other_photo"
    """The photo in a PDF is not the one that the licence was issued with."""
    UNTRUSTED = "untrusted"
    """The certificate of a PDF's signature leads to no published root, or was not valid when it signed."""


class Refused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """What was shown does not count; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
