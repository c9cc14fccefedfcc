"""The public list of reasons, for whoever fills a form or writes a decision."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from registry_api.applications.types import TYPES
from registry_api.applications.types.reasons import OF_DECISIONS
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.texts import text
from registry_api.kit.work import CurrentWork
from registry_api.workflow.table import Filer

router = APIRouter(prefix=API_PREFIX, tags=["public"], route_class=TransactionalRoute)

_KINDS = {
    code: (f"{code}_reason", kind.reasons) for code, kind in TYPES.items() if kind.reasons
} | OF_DECISIONS
"""The types that ask for a reason, and the decisions that give one."""
Kind = Annotated[
    str,
    Query(
        pattern=f"^({'|'.join(_KINDS)})$",
        json_schema_extra={"enum": list(_KINDS)},
        description="Of 备案, of 注销, of a return for its photo, of 不予注册.",
    ),
]


class ReasonRead(BaseModel):
    """A reason in the language of the request; `code` means the same in both."""

    code: str
    title: str
    legal_basis: str
    filers: list[Filer] = Field(description="Who may give it.")


class ReasonList(BaseModel):
    """The reasons of a kind, in the order of the regulation."""

    items: list[ReasonRead]


@router.get("/reasons", operation_id="listReasons")
async def list_reasons(
    work: CurrentWork,
    response: Response,
    kind: Kind,
    filer: Annotated[Filer | None, Query(description="Only those that this side may give.")] = None,
) -> ReasonList:
    """Why one files, deregisters, returns or refuses, and on what legal basis; the same for everybody for an hour."""
    response.headers.update({"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"})
    words, reasons = _KINDS[kind]
    return ReasonList(
        items=[
            ReasonRead(
                code=code,
                title=text(f"{words}.{code}", work.language),
                legal_basis=text(f"legal_basis.{reason.basis}", work.language),
                filers=sorted(reason.filers),
            )
            for code, reason in reasons.items()
            if filer is None or filer in reason.filers
        ]
    )
