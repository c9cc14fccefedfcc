"""What must be so before a licence is issued: every reason against it, each with what to do. Pure rules.

国卫办医函〔2020〕605号: the institution checks and confirms the practice information, and what is missing is completed
first.
"""

from registry_api.kit.checks import Finding
from registry_api.licences.queries import Holding
from registry_api.photos.current import CurrentPhoto
from registry_api.printing.coverage import missing_glyphs

_UNKNOWN = ("?", "？")
"""Stands in the register for a character that some system could not type; no name has one."""


def judge(holding: Holding | None, photo: CurrentPhoto | None) -> list[Finding]:
    """Each precondition, judged; without a registration there is nothing else to ask."""
    if holding is None:
        return [Finding("registration_valid", passed=False)]
    return [
        Finding("registration_valid", holding.status == "valid"),
        Finding("qualification_valid", holding.qualification_status == "valid"),
        Finding("licence_institution", holding.institution_id is not None),
        Finding("licence_photo", photo is not None),
        Finding("licence_scope", bool(holding.techniques and holding.conditions)),
        _drawable(holding),
    ]


def is_eligible(findings: list[Finding]) -> bool:
    """Whether a licence can be issued."""
    return all(finding.passed for finding in findings)


def _drawable(holding: Holding) -> Finding:
    """A licence with another sign in the place of a character would be no proof of anything."""
    words = [holding.institution or "", holding.authority, *holding.techniques, *holding.conditions]
    missing = missing_glyphs("".join((holding.name, *words)))
    missing += [one for one in _UNKNOWN if one in holding.name]
    return Finding("licence_characters", not missing, values={"characters": " ".join(missing)})
