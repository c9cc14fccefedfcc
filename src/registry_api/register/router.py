"""The register: a doctor's own registrations, and persons as an authority finds and reads them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from registry_api.accounts.principals import CurrentAuthority, CurrentDoctor
from registry_api.kit.problems import Forbidden
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.register.due_filings import DueFilings, list_due_filings
from registry_api.register.reading import read_registrations, registers_of
from registry_api.register.schemas import (
    PractitionerSearch,
    PractitionersFound,
    Registrations,
    RegistryPractitioner,
)
from registry_api.register.search import find_practitioners, read_practitioner

router = APIRouter(prefix=API_PREFIX, tags=["doctor"], route_class=TransactionalRoute)
authority = APIRouter(prefix=f"{API_PREFIX}/authority", tags=["authority"], route_class=TransactionalRoute)


@router.get("/doctor/registrations", operation_id="listMyRegistrations")
async def list_my_registrations(doctor: CurrentDoctor, work: CurrentWork) -> Registrations:
    """Every practice registration with its institutions, statuses and history."""
    if doctor.practitioner_id is None:
        return Registrations(items=[])
    person = doctor.practitioner_id
    return Registrations(items=read_registrations(work, await registers_of(work, person, person)))


@authority.post("/practitioner-searches", operation_id="findPractitioner")
async def find_practitioner(
    staff: CurrentAuthority, work: CurrentWork, body: PractitionerSearch
) -> PractitionersFound:
    """Persons by ID number, certificate number or name, each exact; numbers stay out of addresses and logs.

    A number finds whoever was assessed in the authority's province, may practise there or is registered with it; a
    name only whom the authority deals with.
    """
    return await find_practitioners(work, staff, body)


@authority.get("/due-filings", operation_id="listDueFilings")
async def due_filings(staff: CurrentAuthority, work: CurrentWork) -> DueFilings:
    """备案 near or past two years: past them only 注销 is open, which an authority decides (依职权注销)."""
    return await list_due_filings(work, staff.authority_id)


@authority.get("/practitioners/{practitioner_id}", operation_id="getRegistryPractitioner")
async def get_registry_practitioner(
    staff: CurrentAuthority,
    work: CurrentWork,
    practitioner_id: UUID,
    as_of: Annotated[date | None, Query(description="Civil day in Asia/Shanghai; today if left out.")] = None,
) -> RegistryPractitioner:
    """A person's registrations with their whole history, and how they stood on a day."""
    if staff.scopes is not None:
        raise Forbidden  # a program's scope is about applications
    return await read_practitioner(work, staff, practitioner_id, as_of)
