"""How an application for 执业注册 went: its steps, with opinions, ending in a given status on a given day."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from registry_api.demo.chance import Chance, Weighted
from registry_api.demo.offices import DemoInstitution
from registry_api.demo.opinions import opinion
from registry_api.workflow.table import HOLDERS, Action, Status

Desk = Literal["applicant", "institution", "handler", "approver", "system"]


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One move; `field_comments` are as the API takes them."""

    action: Action
    from_status: Status
    to_status: Status
    desk: Desk
    comment: str
    field_comments: list[dict[str, str]]
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class DemoCase:
    """One application and its steps in order; a draft has none."""

    status: Status
    institution: DemoInstitution | None
    created_at: datetime
    steps: list[DemoStep] = field(default_factory=list)

    @property
    def corrected(self) -> DemoStep | None:
        """The request for a correction that has come back."""
        steps = iter(self.steps)
        asked = next((step for step in steps if step.action == "request_correction"), None)
        return asked if any(step.action == "resubmit_for_endorsement" for step in steps) else None

    @property
    def is_over(self) -> bool:
        """Whether it is decided or withdrawn."""
        return HOLDERS[self.status] == "none"


@dataclass(frozen=True, slots=True)
class _Move:
    action: Action
    source: Status
    target: Status
    desk: Desk
    wait: tuple[int, int]
    """Days since the move before; at least one, so that moves and days have one order."""


_SUBMIT = _Move("submit", "draft", "institution_review", "applicant", (1, 4))
_RETURN = _Move("return", "institution_review", "institution_returned", "institution", (1, 7))
_SUBMIT_AGAIN = _Move("submit", "institution_returned", "institution_review", "applicant", (1, 8))
_ENDORSE = _Move("endorse", "institution_review", "authority_review", "institution", (1, 9))
_REQUEST = _Move("request_correction", "authority_review", "correction_required", "handler", (1, 4))
# The form is part of what was endorsed, so what the applicant corrects goes to the institution again.
_CORRECT = _Move(
    "resubmit_for_endorsement", "correction_required", "institution_review", "applicant", (1, 10)
)
_ACCEPT = _Move("accept", "authority_review", "accepted", "handler", (1, 4))
_ACCEPT_IN_SILENCE = _Move("accept", "authority_review", "accepted", "system", (8, 8))
_APPROVE = _Move("approve", "accepted", "approved", "approver", (2, 18))
_REFUSE = _Move("refuse", "accepted", "refused", "approver", (3, 15))
_DECLINE = _Move("decline", "authority_review", "not_accepted", "approver", (1, 4))


def _withdraw(source: Status) -> _Move:
    return _Move("withdraw", source, "withdrawn", "applicant", (1, 6))


def _moves(chance: Chance, status: Status) -> list[_Move]:
    """A way through the workflow table that ends in `status`."""
    if status == "draft":
        return []
    path = [_SUBMIT, *([_RETURN, _SUBMIT_AGAIN] if chance.happens(0.2) else [])]
    if status in ("institution_review", "institution_returned"):
        return [*path, *_ENDINGS[status]]
    if status == "withdrawn" and chance.happens(0.5):
        return [*path, _withdraw("institution_review")]
    path.append(_ENDORSE)
    if status != "correction_required" and chance.happens(0.15):
        path += [_REQUEST, _CORRECT, _ENDORSE]
    if status in ("accepted", "approved", "refused"):
        path.append(_ACCEPT_IN_SILENCE if chance.happens(0.08) else _ACCEPT)
    return [*path, *_ENDINGS[status]]


_ENDINGS: dict[Status, list[_Move]] = {
    "institution_review": [],
    "institution_returned": [_RETURN],
    "authority_review": [],
    "correction_required": [_REQUEST],
    "accepted": [],
    "approved": [_APPROVE],
    "refused": [_REFUSE],
    "not_accepted": [_DECLINE],
    "withdrawn": [_withdraw("authority_review")],
}


_SATURDAY = 5


def demo_case(
    chance: Chance, status: Status, institution: DemoInstitution | None, last_day: date
) -> DemoCase:
    """An application that reached `status` on about `last_day`; it was begun some weeks before at most.

    Staff work from Monday to Friday: a day that falls on a weekend moves to the Friday before.
    """
    moves = _moves(chance, status)
    days: list[date] = []
    day = last_day
    for move in reversed(moves):
        if move.desk != "applicant" and day.weekday() >= _SATURDAY:
            day -= timedelta(days=day.weekday() - _SATURDAY + 1)
        days.append(day)
        day -= timedelta(days=chance.between(*move.wait))
    return DemoCase(
        status=status,
        institution=institution,
        created_at=chance.office_hour(day),
        steps=[_step(chance, move, on) for move, on in zip(moves, reversed(days), strict=True)],
    )


def _step(chance: Chance, move: _Move, day: date) -> DemoStep:
    words = opinion(chance, "accept_in_silence" if move.desk == "system" else move.action)
    return DemoStep(
        action=move.action,
        from_status=move.source,
        to_status=move.target,
        desk=move.desk,
        comment=words.comment,
        field_comments=words.field_comments,
        occurred_at=chance.office_hour(day),
    )


CLOSED_WITHOUT_EFFECT: Weighted[Status] = Weighted([("withdrawn", 6), ("not_accepted", 1), ("refused", 2)])
"""How earlier attempts ended."""
