"""What the portals draw of each type agrees with what its rules ask for, in every language."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry_api.applications.types import TYPES
from registry_api.applications.types.registration_form import RegistrationForm
from registry_api.applications.types.spec import FieldSpec, Payload, Question
from registry_api.kit.texts import LANGUAGES, Language, catalogue, has_text, text
from tests.rules.test_type_rules import FACTS, FILERS, GOOD, TODAY
from tests.support.people import FORM

HAN = re.compile(r"[\u4e00-\u9fff]")
SOME: UUID = uuid4()
SAMPLES: dict[str, Any] = {
    "institution": str(SOME),
    "practice": str(SOME),
    "photo": str(SOME),
    "date": "2026-06-15",
    "text": "一",
    "textarea": "一",
    "checkbox": True,
    "rows": [{"from": "2001-01", "unit": "乙诊所"}],
}
ROUTES = {
    "registration": ("named", {"doctor", "authority"}),
    "change": ("named", {"doctor", "authority"}),
    "multi_institution": ("named", {"doctor", "authority"}),
    "multi_institution_cancellation": ("additional", {"doctor", "authority"}),
    "filing": ("main", {"doctor", "institution", "authority"}),
    "filing_cancellation": ("suspending", {"doctor", "authority"}),
    "deregistration": ("main", {"doctor", "institution", "authority"}),
}
"""Which institution reviews, and who may start it, written down a second time."""
PRINTABLE = {"registration", "change", "multi_institution"}


def fields_of(code: str, language: Language = "zh-CN") -> list[FieldSpec]:
    return [field for step in TYPES[code].steps(language) for field in step.fields]


def filled(code: str, *, without: str = "") -> Payload:
    """A payload with every field of the steps, but one."""
    raw: dict[str, Any] = {}
    for field in fields_of(code):
        if field.name == without:
            continue
        value = field.options[0].value if field.options else SAMPLES[field.widget]
        if field.name == "form.postcode":
            value = FORM["postcode"]
        if field.name.startswith("form."):
            raw.setdefault("form", {})[field.name.removeprefix("form.")] = value
        else:
            raw[field.name] = value
    return TYPES[code].payload.model_validate(raw)


def test_there_are_the_seven_types_in_their_order() -> None:
    assert {code: (kind.route, set(kind.filers)) for code, kind in TYPES.items()} == ROUTES
    assert list(TYPES) == [
        "registration",
        "change",
        "multi_institution",
        "multi_institution_cancellation",
        "filing",
        "filing_cancellation",
        "deregistration",
    ]
    prefixes = [kind.prefix for kind in TYPES.values()]
    assert len(set(prefixes)) == 7
    assert all(re.fullmatch("[A-Z]{2}", prefix) for prefix in prefixes)


def test_what_is_special_is_special_to_one() -> None:
    assert {code for code, kind in TYPES.items() if kind.about_person} == {"registration"}
    assert {code for code, kind in TYPES.items() if kind.ends_registration} == {"deregistration"}
    assert {code for code, kind in TYPES.items() if kind.printable} == PRINTABLE


@pytest.mark.parametrize("code", TYPES)
def test_the_steps_ask_for_every_field_of_the_payload_and_no_other(code: str) -> None:
    payload = TYPES[code].payload
    expected = set(payload.model_fields) - {"form"}
    if code in PRINTABLE:
        expected |= {f"form.{name}" for name in RegistrationForm.model_fields}
    names = [field.name for field in fields_of(code)]
    assert (set(names), len(names)) == (expected, len(expected))
    assert TYPES[code].missing(filled(code)) == []


@pytest.mark.parametrize("code", TYPES)
def test_each_required_field_is_missed_by_itself_and_no_other(code: str) -> None:
    for field in fields_of(code):
        pointer = "/payload/" + field.name.replace(".", "/")
        missed = TYPES[code].missing(filled(code, without=field.name))
        assert missed == ([pointer] if field.required else []), field.name
    nothing = TYPES[code].missing(TYPES[code].payload.model_validate({}))
    assert {one.removeprefix("/payload/").replace("/", ".") for one in nothing} == {
        field.name for field in fields_of(code) if field.required
    }


@pytest.mark.parametrize("code", ["filing", "deregistration"])
def test_another_reason_is_explained_in_the_remarks(code: str) -> None:
    kind = TYPES[code]
    other = kind.payload.model_validate({"reason_code": "99", "remarks": " "})
    assert kind.missing(other) == ["/payload/remarks"]
    assert kind.missing(kind.payload.model_validate({"reason_code": "99", "remarks": "病休"})) == []


@pytest.mark.parametrize("code", TYPES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_drawn_has_its_words(code: str, language: Language) -> None:
    kind = TYPES[code]
    words = [kind.title(language), kind.summary(language)]
    for step in kind.steps(language):
        words.append(step.title)
        for field in step.fields:
            words += [field.label, *(column.label for column in field.columns or ())]
            words += [option.label for option in field.options or ()]
            words += [field.help] if field.help else []
    assert all(words)
    for word in words:
        assert bool(HAN.search(word)) == (language == "zh-CN"), word


@pytest.mark.parametrize("code", ["filing", "deregistration"])
def test_a_portal_knows_which_reasons_its_people_may_give(code: str) -> None:
    (reason,) = [field for field in fields_of(code) if field.name == "reason_code"]
    for option in reason.options or ():
        for filer in FILERS:
            stated = TYPES[code].payload.model_validate({"reason_code": option.value})
            facts = GOOD[code][0]
            found = TYPES[code].judge(Question(facts, stated, TODAY, filer=filer))
            open_to = next(one.passed for one in found if one.code == "reason_open")
            assert open_to == (filer in (option.filers or ())), (option.value, filer)


@pytest.mark.parametrize("code", TYPES)
def test_every_finding_is_made_once_and_has_its_four_texts_in_every_language(code: str) -> None:
    facts, payload = GOOD.get(code, (FACTS, {}))
    stated = TYPES[code].payload.model_validate(payload)
    found = TYPES[code].judge(Question(facts, stated, TODAY))
    assert len({finding.code for finding in found}) == len(found) > 1
    for finding in found:
        for language in LANGUAGES:
            for part in ("passed", "failed", "basis", "remedy"):
                assert text(f"check.{finding.code}.{part}", language)
            check = finding.say(language)
            assert (check.remedy is None) == finding.passed


def test_every_check_of_the_catalogue_is_whole() -> None:
    codes = {key.split(".")[1] for key in catalogue("zh-CN") if key.startswith("check.")}
    assert {"reviewer_unchanged", "no_open_application"} <= codes
    for code in codes:
        for language in LANGUAGES:
            assert all(
                has_text(f"check.{code}.{part}", language) for part in ("passed", "failed", "basis", "remedy")
            )
