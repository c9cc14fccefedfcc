"""What somebody fills in by chance: mostly complete and sensible, sometimes not."""

from datetime import timedelta
from random import Random

from tests.journeys.model.payloads import COMPLETE_FORMS, FORMS, NEEDED, REASONS, WITH_FORM, Payload
from tests.journeys.model.requests import Model
from tests.journeys.troupe import Troupe

STARTS = (-5, 0, 0, 3, 200)
LENGTHS = (1, 30, 400, 400, 900)


def drawn_payload(model: Model, troupe: Troupe, kind: str, filer: str, number: int) -> Payload:
    """The content that belongs to a number; `photo_id` is for the caller."""
    chance = Random(number)  # noqa: S311 (Hypothesis chose the number)
    payload: Payload = {}
    register = model.world.register
    held = register.held
    if "institution_id" in NEEDED[kind]:
        places = list(troupe.places)
        if kind != "registration" and held is not None and held.main and chance.random() < 0.85:
            places.remove(held.main)
        payload["institution_id"] = chance.choice(places)
    if kind in WITH_FORM and (filer == "doctor" or chance.random() < 0.3):
        payload["form"] = FORMS[chance.choice(COMPLETE_FORMS)]
    if "reason" in NEEDED[kind]:
        payload["reason"] = chance.choice(("返聘", "住所迁移"))
    if kind in REASONS:
        open_to = [code for code, filers in REASONS[kind].items() if filer in filers]
        payload["reason_code"] = chance.choice(open_to if chance.random() < 0.9 else list(REASONS[kind]))
        if payload["reason_code"] == "99" or chance.random() < 0.3:
            payload["remarks"] = chance.choice(("见附件", "已核实"))
    if kind == "multi_institution":
        first = troupe.today + timedelta(days=chance.choice(STARTS))
        last = first + timedelta(
            days=chance.choice(LENGTHS) if chance.random() < 0.9 else -chance.choice((0, 3))
        )
        payload |= {"valid_from": first.isoformat(), "valid_to": last.isoformat()}
    if kind == "multi_institution_cancellation" and register.registrations:
        of_last = register.registrations[-1]
        additional = of_last.additional(troupe.today)
        if chance.random() < 0.1:
            additional = [one for one in of_last.practices if not one.main]
        if additional:
            payload["additional_practice_id"] = chance.choice(additional)
    if chance.random() < 0.1:
        payload.pop(chance.choice(list(payload)))
    return payload
