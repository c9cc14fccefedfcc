"""Fills 申请审核表 from an application: the same reading as a page has, so what nobody may see is not printed."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from registry_api.accounts.principals import Principal
from registry_api.applications import opinions, queries
from registry_api.applications.perform import scope_of
from registry_api.applications.problems import NoPrintableForm
from registry_api.applications.reading import read_application
from registry_api.applications.schemas import ApplicationRead
from registry_api.applications.types import TYPES
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.texts import has_text, text
from registry_api.kit.work import Work
from registry_api.photos import service as photos
from registry_api.photos.current import current_photo
from registry_api.printing.answer import PdfAnswer
from registry_api.printing.form import Certificates, FormPage, Period, Person, Place, draw_form
from registry_api.register.reading import registers_of


async def print_form(work: Work, principal: Principal, application_id: UUID) -> PdfAnswer:
    """The form as a download. Raises NotFound, or NoPrintableForm for a type that has none; staff's look is noted."""
    page = await fill_form(replace(work, language="zh-CN"), principal, application_id)
    made_at = work.now
    return PdfAnswer(lambda: draw_form(page, made_at), f"application-form-{page.number or 'draft'}.pdf")


async def fill_form(work: Work, principal: Principal, application_id: UUID) -> FormPage:
    """What the form says now."""
    application = await read_application(work, principal, application_id)
    if not TYPES[application.type].printable:
        raise NoPrintableForm
    person = await work.tx.get(
        queries.applicant_of(principal.realm), application_id=application_id, scope=scope_of(principal)
    )
    certificates = await _certificates(work, application, person.practitioner_id)
    form: dict[str, Any] = application.payload["form"]
    submitted = application.submitted_at or application.updated_at
    steps = application.timeline
    return FormPage(
        number=application.number,
        kind=application.type_title,
        status=application.status_title,
        filled_on=submitted.astimezone(SHANGHAI).date(),
        person=_person(work, application, person.id_number_sealed, person.practitioner_id),
        certificates=certificates,
        place=_place(application),
        particulars=_particulars(application),
        history=[_period(one) for one in form.get("work_history", [])],
        assessment=form.get("assessment", ""),
        penalties=form.get("penalties", ""),
        remarks=form.get("remarks", ""),
        declaration=_label("form.no_bar_declaration"),
        declared=bool(form.get("no_bar_declaration")),
        signature=opinions.signature(steps),
        institution=opinions.of_institution(steps),
        authority=opinions.of_authority(steps, certificates.practice_number),
        photo_jpeg=await _photo(work, application),
    )


def _person(work: Work, application: ApplicationRead, sealed: bytes, practitioner_id: UUID) -> Person:
    form: dict[str, Any] = application.payload["form"]
    number = work.system.sealer.open_text(sealed, "practitioner.id_number", practitioner_id)
    # Of the birth date in it (GB 11643) month and day would give back most of what the masked number hides.
    year = number[6:10]
    written = ("school", "major", "home_address", "postcode", "health", "administrative_post")
    return Person(
        name=application.applicant.name,
        sex=_choice("sex", form) or _label(f"sex.{application.applicant.sex}"),
        ethnicity=_choice("ethnicity", form),
        birth_date=text("printed.birth_date", "zh-CN", year=year),
        id_number_masked=application.applicant.id_number_masked,
        phone_masked=application.applicant.phone_masked or "",
        education=_choice("education", form),
        professional_title=form.get("professional_title", ""),
        **{name: form.get(name, "") for name in written},
    )


async def _certificates(work: Work, application: ApplicationRead, practitioner_id: UUID) -> Certificates:
    held = await registers_of(work, practitioner_id, practitioner_id)
    row = next((one for one in held.registrations if one.id == application.registration_id), None)
    entered = {
        entry.id
        for entries in held.entries.values()
        for entry in entries
        if entry.application_id == application.id
    }
    day = (application.decided_at or work.now).astimezone(SHANGHAI).date()
    # Where the person practised before: what this application itself entered and ended is put aside.
    before = [
        replace(one.place, ended_on=None) if one.place.ended_by in entered else one.place
        for one in (held.places[row.id] if row else [])
        if one.place.kind == "main" and one.place.entry_id not in entered
    ]
    names = {one.place.institution_id: one.institution_name for one in (held.places[row.id] if row else [])}
    main = next((one for one in before if one.runs_on(day)), None)
    qualification = application.applicant.qualification
    number = row and work.system.sealer.open_text(
        row.certificate_sealed, "registration.certificate_number", row.id
    )
    return Certificates(
        qualification_number_masked=qualification.certificate_number_masked if qualification else "",
        qualified_on=qualification.issued_on if qualification else None,
        practice_number=number or "",
        registered_on=row.registered_on if row else None,
        main_institution=names[main.institution_id] if main else "",
        techniques=qualification.techniques if qualification else [],
        conditions=qualification.conditions if qualification else [],
    )


def _place(application: ApplicationRead) -> Place | None:
    named = application.institution
    if named is None:
        return None
    return Place(
        named.name, named.registration_number, f"{named.division_name}　{named.address}", named.phone
    )


def _particulars(application: ApplicationRead) -> list[tuple[str, str]]:
    fields = [field for step in TYPES[application.type].steps("zh-CN") for field in step.fields]
    asked = [one for one in fields if one.widget in {"date", "textarea"} and not one.name.startswith("form.")]
    return [(one.label, _written(one.widget, application.payload.get(one.name))) for one in asked]


def _written(widget: str, value: Any) -> str:
    if not value or widget != "date":
        return value or ""
    day = date.fromisoformat(str(value))
    return text("printed.day", "zh-CN", year=day.year, month=day.month, day=day.day)


def _period(row: dict[str, str]) -> Period:
    months = [row.get(name, "").replace("-", ".") for name in ("from", "to")]
    return Period(
        "—".join(filter(None, months)), row.get("unit", ""), row.get("post", ""), row.get("witness", "")
    )


def _choice(name: str, form: dict[str, Any]) -> str:
    return _label(f"{name}.{form[name]}") if form.get(name) else ""


def _label(key: str) -> str:
    return text(key, "zh-CN") if has_text(key, "zh-CN") else ""


async def _photo(work: Work, application: ApplicationRead) -> bytes:
    """The photo that the application names; else the registration's, as far as the caller may see it."""
    photo_id = application.payload.get("photo_id")
    if photo_id is not None:
        stored = await photos.find(work, application.id, UUID(photo_id))
        return await photos.read(work, UUID(photo_id), stored) if stored else b""
    if application.registration_id is None:
        return b""
    current = await current_photo(work, application.registration_id)
    decided_on = application.decided_at and application.decided_at.astimezone(SHANGHAI).date()
    # A later photo had no part in what was decided.
    if current is None or (decided_on is not None and current.approved_on > decided_on):
        return b""
    return await work.system.storage.get(current.storage_key)
