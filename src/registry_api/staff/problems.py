"""Refusals of the staff operations, each beside the rule it states."""

from registry_api.kit.problems import Problem


class RoleNotAllowed(Problem):
    """The business of another role of the office: its accounts are its administrator's, whoever else asks."""

    status, code = 403, "role_not_allowed"


class OwnAccount(Problem):
    """Nobody disables, demotes or re-invites themselves; leaving the post is a hand-over."""

    status, code = 409, "own_account"


class LastAdministrator(Problem):
    """An office keeps an active administrator; the last one hands over first."""

    status, code = 409, "last_administrator"


class AlreadyStaff(Problem):
    """The person has an account of this office: one person has one role there (separation of duties)."""

    status, code = 409, "already_staff"


class AdministratorExists(Problem):
    """The office has an administrator; a superior replaces one only on purpose."""

    status, code = 409, "administrator_exists"


class WrongAccountStatus(Problem):
    """The account's status does not allow this."""

    status, code = 409, "wrong_account_status"


class CannotTakeOver(Problem):
    """Only an active colleague of the same office takes over its administration."""

    status, code = 409, "cannot_take_over"
