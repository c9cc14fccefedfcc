"""What each entry does to a registration. Pure rules; no entry is ever changed, and the state is derived from all."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from registry_api.register.state import (
    OVER,
    EndKind,
    Entry,
    Ledger,
    LedgerRefused,
    Place,
    Standing,
    Status,
    Step,
    day_of,
)

_PRACTICE_KINDS = ("practice_added", "practice_cancelled")


def fold(entries: Iterable[Entry]) -> Ledger:
    """What entries in their order make. Raises LedgerRefused for none, and where one cannot follow."""
    ledger: Ledger | None = None
    for entry in entries:
        ledger = apply(ledger, entry)
    if ledger is None:
        raise LedgerRefused("no_entry")
    return ledger


def apply(ledger: Ledger | None, entry: Entry) -> Ledger:
    """The ledger after one more entry; None stands for nothing yet. Raises LedgerRefused."""
    if ledger is None:
        opening = _OPENINGS.get(entry.kind)
        if opening is None:
            raise LedgerRefused("not_registered")
        after = opening(entry)
    else:
        rule = _RULES.get(entry.kind)
        if rule is None:
            raise LedgerRefused("registered_already" if entry.kind in _OPENINGS else "unknown_kind")
        if entry.effective_on < ledger.trail[-1].entry.effective_on:
            raise LedgerRefused("out_of_order")
        after = rule(ledger, entry)
    return replace(after, trail=(*(ledger.trail if ledger else ()), Step(entry, ledger)))


def _opened(entry: Entry) -> Ledger:
    """Taken over from another register as it stood."""
    given = entry.details
    status: Status = given["status"]
    since, registered_on = day_of(given["status_since"]), day_of(given["registered_on"])
    if not registered_on <= since <= entry.effective_on:
        raise LedgerRefused("days_out_of_order")
    places: tuple[Place, ...] = ()
    for one in given["practices"]:
        place = Place(
            entry.id,
            UUID(one["institution_id"]),
            UUID(one["authority_id"]),
            one["kind"],
            day_of(one["valid_from"]),
            day_of(one["valid_to"]) if one.get("valid_to") else None,
        )
        places = (*places, _fitting(places, place))
    running = [place for place in places if place.lasts(entry.effective_on)]
    if status in OVER and running:
        raise LedgerRefused("practice_outlives_registration")
    if status not in OVER and [place.valid_to for place in running if place.kind == "main"] != [None]:
        raise LedgerRefused("no_main_institution")
    filing = given.get("filing_institution_id")
    return Ledger(
        status,
        registered_on,
        UUID(given["authority_id"]),
        filed_on=since if status == "filed" else None,
        filing_institution_id=UUID(filing) if filing else None,
        standings=(Standing(entry.id, status, since),),
        places=places,
    )


def _registered(entry: Entry) -> Ledger:
    """执业注册: valid from the day on, at its main institution."""
    day, authority_id = entry.effective_on, UUID(entry.details["authority_id"])
    main = Place(entry.id, UUID(entry.details["institution_id"]), authority_id, "main", day, None)
    standing = Standing(entry.id, "valid", day)
    return Ledger("valid", day, authority_id, standings=(standing,), places=(main,))


def _main_changed(ledger: Ledger, entry: Entry) -> Ledger:
    """变更: the old main institution ends; what was filed at the new one is part of it from then on.

    In 备案 only where the province opens it, which the entry says; the status stays.
    """
    _require(ledger, "valid", *(("filed",) if entry.details.get("while_filed") else ()))
    day, institution_id = entry.effective_on, UUID(entry.details["institution_id"])
    authority_id = UUID(entry.details["authority_id"])
    if any(
        place.kind == "main" and place.lasts(day) and place.institution_id == institution_id
        for place in ledger.places
    ):
        raise LedgerRefused("main_institution_already")

    def how(place: Place) -> EndKind | None:
        if place.kind == "main":
            return "changed"
        if place.institution_id == institution_id:
            return "became_main"
        return "changed" if entry.details.get("end_additional") else None

    kept = _end(ledger.places, entry, how)
    main = _fitting(kept, Place(entry.id, institution_id, authority_id, "main", day, None))
    return replace(ledger, authority_id=authority_id, places=(*kept, main))


def _practice_added(ledger: Ledger, entry: Entry) -> Ledger:
    """多执业机构备案: from the asked day, but not before it was entered, to the last day inclusive."""
    _require(ledger, "valid")
    given = entry.details
    first, last = max(day_of(given["valid_from"]), entry.effective_on), day_of(given["valid_to"])
    if last < first:
        raise LedgerRefused("ends_before_it_begins")
    place = Place(
        entry.id, UUID(given["institution_id"]), UUID(given["authority_id"]), "additional", first, last
    )
    return replace(ledger, places=(*ledger.places, _fitting(ledger.places, place)))


def _practice_cancelled(ledger: Ledger, entry: Entry) -> Ledger:
    """取消多执业机构备案."""
    _require(ledger, "valid", "filed")
    filing, institution_id = UUID(entry.details["practice_entry_id"]), UUID(entry.details["institution_id"])

    def how(place: Place) -> EndKind | None:
        meant = place.comes_from(filing) and place.institution_id == institution_id
        return "cancelled" if meant and place.kind == "additional" else None

    places = _end(ledger.places, entry, how)
    if places == ledger.places:
        raise LedgerRefused("no_such_practice")
    return replace(ledger, places=places)


def _filed(ledger: Ledger, entry: Entry) -> Ledger:
    """备案 (Order 13 Art. 19): two years from this day, practice information invalid."""
    _require(ledger, "valid")
    filed = _stand(ledger, entry, "filed")
    return replace(
        filed, filed_on=entry.effective_on, filing_institution_id=UUID(entry.details["institution_id"])
    )


def _filing_cancelled(ledger: Ledger, entry: Entry) -> Ledger:
    """取消备案."""
    _require(ledger, "filed")
    return replace(_stand(ledger, entry, "valid"), filed_on=None, filing_institution_id=None)


def _deregistered(ledger: Ledger, entry: Entry) -> Ledger:
    """注销 (医师法 17, Order 13 Art. 18): ends the registration and every practice."""
    _require(ledger, "valid", "filed", "suspended")
    places = _end(ledger.places, entry, lambda _: "deregistered")
    ended = _stand(ledger, entry, "deregistered")
    return replace(ended, places=places, filed_on=None, filing_institution_id=None)


def _set_aside(ledger: Ledger, entry: Entry) -> Ledger:
    """From its day on undoes what one entry did; what was on the days between stays as it was."""
    position = next(
        (place for place, step in enumerate(ledger.trail) if step.entry.id == entry.reverses_id), None
    )
    if position is None:
        raise LedgerRefused("no_such_entry")
    target, before = ledger.trail[position].entry, ledger.trail[position].before
    undone = {step.entry.reverses_id for step in ledger.trail}
    if target.kind in ("set_aside", "opened"):
        raise LedgerRefused("cannot_be_set_aside")
    if target.id in undone:
        raise LedgerRefused("set_aside_already")
    later = (step.entry for step in ledger.trail[position + 1 :])
    if any(one.id not in undone and one.kind != "set_aside" and _depends(one, target) for one in later):
        raise LedgerRefused("later_entries_depend")
    day = entry.effective_on
    kept = _end(
        ledger.places,
        entry,
        lambda place: "set_aside" if before is None or place.comes_from(target.id) else None,
    )
    resumed = tuple(
        Place(
            entry.id,
            place.institution_id,
            place.authority_id,
            place.kind,
            max(day, place.valid_from),
            place.valid_to,
            origin_id=place.origin_id or place.entry_id,
        )
        for place in ledger.places
        if place.ended_by == target.id and (place.valid_to is None or day <= place.valid_to)
    )
    after = replace(ledger, places=kept + resumed)
    if any(standing.entry_id == target.id for standing in ledger.standings):
        after = _stand(after, entry, before.status if before else "revoked")
    if target.kind in _PRACTICE_KINDS or before is None:
        return after
    return replace(
        after,
        authority_id=before.authority_id,
        filed_on=before.filed_on,
        filing_institution_id=before.filing_institution_id,
    )


def _depends(later: Entry, target: Entry) -> bool:
    """Every later entry does, except about another institution's practice."""
    about_practices = later.kind in _PRACTICE_KINDS and target.kind in _PRACTICE_KINDS
    return not about_practices or later.details["institution_id"] == target.details["institution_id"]


def _require(ledger: Ledger, *statuses: Status) -> None:
    if ledger.status not in statuses:
        raise LedgerRefused("wrong_status")


def _stand(ledger: Ledger, entry: Entry, status: Status) -> Ledger:
    """Another status from the entry's day on."""
    *earlier, last = ledger.standings
    ended = replace(last, ended_on=entry.effective_on)
    standings = (*earlier, ended, Standing(entry.id, status, entry.effective_on))
    return replace(ledger, status=status, standings=standings)


def _end(
    places: tuple[Place, ...], entry: Entry, how: Callable[[Place], EndKind | None]
) -> tuple[Place, ...]:
    """The places, those that last ended on the entry's day as `how` says."""
    day = entry.effective_on
    return tuple(
        replace(place, ended_on=day, end_kind=kind, ended_by=entry.id)
        if place.lasts(day) and (kind := how(place))
        else place
        for place in places
    )


def _fitting(places: Iterable[Place], new: Place) -> Place:
    """The new place. Raises LedgerRefused if it overlaps one at its institution, or a second main institution."""
    for place in places:
        both_main = place.kind == new.kind == "main"
        if (both_main or place.institution_id == new.institution_id) and place.overlaps(new):
            raise LedgerRefused("practices_overlap")
    return new


_OPENINGS: dict[str, Callable[[Entry], Ledger]] = {"opened": _opened, "registered": _registered}
_RULES: dict[str, Callable[[Ledger, Entry], Ledger]] = {
    "main_changed": _main_changed,
    "practice_added": _practice_added,
    "practice_cancelled": _practice_cancelled,
    "filed": _filed,
    "filing_cancelled": _filing_cancelled,
    "deregistered": _deregistered,
    "set_aside": _set_aside,
}
ENTRY_KINDS = (*_OPENINGS, *_RULES)
