"""A request that manages its own transactions: sign-in, which lets nothing wait for a hash on a connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from registry_api.kit.clock import WorkingDays
from registry_api.kit.texts import Language, language_from
from registry_api.kit.work import System, Work


@dataclass(frozen=True, slots=True)
class Visit:
    """One request at one instant; each `transaction` is a unit of work of it."""

    system: System
    now: datetime
    language: Language
    request_id: str
    address: str | None
    calendar: WorkingDays

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Work]:
        """A transaction that commits at the end of the block and rolls back when the block raises."""
        async with self.system.database.transaction() as tx:
            yield Work(self.system, tx, self.now, self.language, self.request_id, self.address, self.calendar)


async def _current_visit(request: Request) -> Visit:
    system: System = request.app.state.system
    return Visit(
        system=system,
        now=system.clock.now(),
        language=language_from(request.headers.get("accept-language")),
        request_id=request.state.request_id,
        address=request.state.address,
        calendar=await request.app.state.read_calendar(),
    )


CurrentVisit = Annotated[Visit, Depends(_current_visit)]
