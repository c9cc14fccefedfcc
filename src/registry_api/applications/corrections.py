"""How often an authority may ask for corrections, and what a correction changed.

Everything that is missing is listed at once (行政许可法 32). A further list is open only about what the correction
itself changed, for that could not be seen before.
"""

from typing import Any

from registry_api.kit.problems import InvalidBody, pointer


def places_of(payload: dict[str, Any]) -> dict[str, Any]:
    """What was filed, by place: a JSON pointer for each reference, each field of the form and each proof.

    `payload` may carry the proofs as `attachments`, id to name; no type has a field of that name.
    """
    places = {
        pointer(("payload", key)): value
        for key, value in payload.items()
        if key not in ("form", "attachments")
    }
    form, proofs = payload.get("form", {}), payload.get("attachments", {})
    return (
        places
        | {pointer(("payload", "form", key)): value for key, value in form.items()}
        | {pointer(("attachments", key)): name for key, name in proofs.items()}
    )


def changed_places(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Places whose value differs, in order. An absent field and an empty one are the same."""
    old, new = places_of(before), places_of(after)
    return sorted(place for place in old.keys() | new.keys() if old.get(place) != new.get(place))


def is_correctable(*, corrected: bool, changed: list[str]) -> bool:
    """Whether a correction list could name anything: the first one anything, a further one what was changed."""
    return bool(changed) or not corrected


def require_within(changed: list[str], field_comments: list[dict[str, str]]) -> None:
    """A further list names places that the correction changed. Raises InvalidBody."""
    if not field_comments:
        raise InvalidBody([{"pointer": "/field_comments", "code": "missing"}])
    faults = [
        {"pointer": f"/field_comments/{index}/pointer", "code": "unchanged"}
        for index, one in enumerate(field_comments)
        if not any(f"{one['pointer']}/".startswith(f"{place}/") for place in changed)
    ]
    if faults:
        raise InvalidBody(faults)
