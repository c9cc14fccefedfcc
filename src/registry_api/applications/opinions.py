"""What stands in the three boxes of the printed form: read off the timeline, as far as the chain has come."""

from collections.abc import Iterable
from datetime import date

from registry_api.applications.schemas import TimelineStep
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.texts import text
from registry_api.printing.form import Opinion
from registry_api.workflow.table import Action

_APPLYING: tuple[Action, ...] = ("submit", "resubmit", "resubmit_for_endorsement")
_TO_INSTITUTION: tuple[Action, ...] = ("submit", "resubmit_for_endorsement")
_OF_INSTITUTION: tuple[Action, ...] = ("endorse", "return", "take_over")
_TO_AUTHORITY: tuple[Action, ...] = ("endorse", "resubmit", "take_over")
_OF_AUTHORITY: tuple[Action, ...] = (
    "accept",
    "request_correction",
    "decline",
    "approve",
    "refuse",
    "file_direct",
    "countersign",
    "set_aside",
)
_ADVERSE: tuple[Action, ...] = ("decline", "refuse")
"""What says how to contest it: 行政许可法 38; 60 days by 行政复议法 20, six months by 行政诉讼法 46."""


def signature(steps: Iterable[TimelineStep]) -> Opinion | None:
    """That the applicant submitted online: no signature by hand, which the box keeps room for."""
    last = _last(steps, _APPLYING)
    if last is None:
        return None
    return Opinion([_say("submitted", day=_words(_day(last)))], last.actor_name, _day(last))


def of_institution(steps: Iterable[TimelineStep]) -> Opinion | None:
    """What the institution has last decided, unless it has to look again."""
    last = _last(steps, (*_OF_INSTITUTION, *_TO_INSTITUTION))
    if last is None or last.action in _TO_INSTITUTION:
        return None
    return Opinion([_say(last.action), *_comments(last)], last.actor_name, _day(last))


def of_authority(steps: Iterable[TimelineStep], certificate_number: str) -> Opinion | None:
    """What the authority has decided, and the number of the certificate where it was granted.

    A decision set aside stays to be read, with the decision that undid it.
    """
    words: list[str] = []
    last: TimelineStep | None = None
    received: TimelineStep | None = None
    for step in steps:
        if step.action in _TO_AUTHORITY:
            words, last, received = [], None, step
        elif step.action in _OF_AUTHORITY:
            # Without a word in five working days it is accepted from the day of receipt (行政许可法 32).
            by_default = step.action == "accept" and step.actor_role == "system"
            since = received if by_default and received else step
            says = "accept_by_default" if by_default else step.action
            words += [_say(says, day=_words(_day(since)), basis=step.basis or ""), *_comments(step)]
            words += [_say("remedies")] if step.action in _ADVERSE else []
            last = step
    if last is None:
        return None
    if last.action in {"approve", "file_direct", "countersign"} and certificate_number:
        words.append(_say("certificate", number=certificate_number))
    return Opinion(words, "" if last.actor_role == "system" else last.actor_name, _day(last))


def _last(steps: Iterable[TimelineStep], actions: tuple[Action, ...]) -> TimelineStep | None:
    return next((one for one in reversed(list(steps)) if one.action in actions), None)


def _comments(step: TimelineStep) -> list[str]:
    return [*([step.comment] if step.comment else []), *(one.comment for one in step.field_comments)]


def _say(name: str, **values: str) -> str:
    # The form is a Chinese document, whatever language its reader's portal speaks.
    return text(f"printed.{name}", "zh-CN", **values)


def _day(step: TimelineStep) -> date:
    return step.occurred_at.astimezone(SHANGHAI).date()


def _words(day: date) -> str:
    return text("printed.day", "zh-CN", year=day.year, month=day.month, day=day.day)
