"""Why a case looks simple or not: what a clerk would look at first, each reason in words. It advises only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from registry_api.applications.detail import Earlier
from registry_api.applications.schemas import Triage, TriageReason
from registry_api.applications.types.spec import ApplicationType, Facts, Payload
from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language, text
from registry_api.register.due_filings import NEAR_DAYS
from registry_api.register.state import last_day_of_filing
from registry_api.workflow.table import Action, Filer, Status

Weight = Literal["eases", "needs_attention"]
NOTHING = frozenset(("", "无", "没有", "未受过", "从未受过"))
"""How people write that they were never penalised."""
HEALTHY = frozenset(("", "健康", "良好", "身体健康", "健康良好", "身体良好", "健康状况良好"))
_PUNCTUATION = " 。.,，、;；"
REFUSALS: tuple[Status, ...] = ("refused", "not_accepted")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules of triage look at; everything of it is read already."""

    kind: ApplicationType
    facts: Facts
    payload: Payload
    findings: tuple[Finding, ...]
    filer: Filer
    today: date
    actions: frozenset[Action]
    """What has been done to the application."""
    changed: int | None
    """Places that the last correction changed; None while one is asked for and has not come."""
    proofs: int
    photo_advice: tuple[str, ...] | None
    """Of the photo that the payload names; None without one."""
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that makes the case easier, or asks for a closer look."""

    code: str
    weight: Weight
    values: dict[str, Any] = field(default_factory=dict)

    def say(self, language: Language) -> TriageReason:
        """In the caller's language, from the catalogue."""
        return TriageReason(
            code=self.code, message=text(f"triage.{self.code}", language, **self.values), weight=self.weight
        )


def triage(signs: Signs) -> list[Reason]:
    """Every reason, those that ask for a closer look first."""
    rules = (_checks, _course, _person, _place, _form, _photo, _evidence, _registration)
    reasons = [reason for rule in rules for reason in rule(signs)]
    return sorted(reasons, key=lambda reason: reason.weight == "eases")


def say(reasons: list[Reason], language: Language) -> Triage:
    """Simple is what nothing asks to be looked at more closely."""
    simple = all(reason.weight == "eases" for reason in reasons)
    return Triage(simple=simple, reasons=[reason.say(language) for reason in reasons])


def _checks(signs: Signs) -> Iterator[Reason]:
    failed = [finding for finding in signs.findings if not finding.passed]
    # Of the reviewer there is a reason of its own.
    warned = [one for one in failed if one.severity == "warn" and one.code != "reviewer_open"]
    blocked = [one for one in failed if one.severity == "block"]
    if blocked:
        yield _look("checks_failed", count=len(blocked))
    if warned:
        yield _look("checks_warned", count=len(warned))
    if not failed:
        yield _eases("checks_passed")
    if signs.facts.institution_status not in (None, "open"):
        yield _look("institution_closed")


def _course(signs: Signs) -> Iterator[Reason]:
    if "object" in signs.actions:
        yield _look("objection")
    if signs.filer == "authority":
        yield _look("direct_handling")
    if "take_over" in signs.actions:
        yield _look("taken_over")
    if "request_correction" in signs.actions:
        yield _corrected(signs.changed)
    if "return" in signs.actions:
        yield _look("returned")
    if not signs.actions & {"request_correction", "return"}:
        yield _eases("never_sent_back")


def _corrected(changed: int | None) -> Reason:
    if changed is None:
        return _look("correction_awaited")
    return _look("corrected", count=changed) if changed else _look("corrected_unseen")


def _person(signs: Signs) -> Iterator[Reason]:
    if signs.facts.recently_ended:
        yield _look("bar_ended_lately")
    if signs.kind.about_person and signs.facts.last_ended_on is not None:
        yield _look("registered_before", day=signs.facts.last_ended_on.isoformat())
    of_kind = [one for one in signs.earlier if one.type == signs.kind.code]
    if any(one.status in REFUSALS for one in of_kind):
        yield _look("refused_before")
    elif not of_kind:
        yield _eases("first_of_kind")


def _place(signs: Signs) -> Iterator[Reason]:
    assessed, division = signs.facts.province_code, signs.facts.institution_division
    if signs.kind.route != "named" or assessed is None or division is None:
        return
    yield _eases("same_province") if division[:2] == assessed[:2] else _look("other_province")


def _form(signs: Signs) -> Iterator[Reason]:
    form = getattr(signs.payload, "form", None)
    if form is None:
        return
    # 不予注册 turns on penalties (医师法 16); health left the law as a bar, so a person judges it.
    if form.penalties.strip(_PUNCTUATION) not in NOTHING:
        yield _look("penalties_stated")
    if form.health.strip(_PUNCTUATION) not in HEALTHY:
        yield _look("health_stated")


def _photo(signs: Signs) -> Iterator[Reason]:
    if signs.photo_advice is not None:
        yield _look("photo_advice") if signs.photo_advice else _eases("photo_good")


def _evidence(signs: Signs) -> Iterator[Reason]:
    if signs.kind.evidence_expected(signs.payload):
        yield _eases("evidence_attached") if signs.proofs else _look("evidence_missing")


def _registration(signs: Signs) -> Iterator[Reason]:
    held = signs.facts.registration
    if held is None:
        return
    if signs.kind.ends_registration and held.additional:
        yield _look("ends_practices", count=len(held.additional))
    if held.status == "filed" and held.filed_on is not None:
        last = last_day_of_filing(held.filed_on)
        if last < signs.today:
            yield _look("filing_term_over", day=last.isoformat())
        elif last - signs.today <= timedelta(days=NEAR_DAYS):
            yield _look("filing_term_near", day=last.isoformat())


def _look(code: str, **values: Any) -> Reason:
    return Reason(code, "needs_attention", values)


def _eases(code: str) -> Reason:
    return Reason(code, "eases")
