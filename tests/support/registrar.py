"""Enters into the register as the authority of an approved application, in its scope and on any day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry_api.kit.clock import SHANGHAI, WorkingDays
from registry_api.kit.work import Work
from registry_api.register.replay import Difference, differences_of
from registry_api.register.service import enter, set_aside
from tests.support.people import Chain


@dataclass
class Registrar:
    """The approver of an approved application; `day` counts from today."""

    chain: Chain
    owner: Any
    account_id: UUID
    registration_id: UUID
    session_id: UUID
    day: int = 0

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """A unit of work in the approver's scope, committed at its end."""
        system, now = self.chain.cast.app.state.system, self.chain.cast.clock.now()
        async with system.database.transaction() as tx:
            entered = await tx.connection.fetchrow(
                "SELECT * FROM enter_session(NULL, $1, NULL, $2)", self.session_id, now
            )
            assert entered is not None
            yield Work(system, tx, now + timedelta(days=self.day), "zh-CN", "test", None, WorkingDays((), ()))

    def on(self, days: int) -> str:
        """The day so many days from today, as details hold it."""
        now = self.chain.cast.clock.now() + timedelta(days=days)
        return now.astimezone(SHANGHAI).date().isoformat()

    async def enter(self, kind: str, **details: Any) -> UUID:
        """One entry; gives its id."""
        async with self.work() as work:
            await enter(
                work,
                registration_id=self.registration_id,
                kind=kind,
                details=details,
                application_id=None,
                recorded_by=self.account_id,
            )
        newest = "SELECT id FROM register_entry WHERE registration_id = $1 ORDER BY id DESC LIMIT 1"
        entry_id: UUID = await self.owner.fetchval(newest, self.registration_id)
        return entry_id

    async def set_registration_aside(self) -> UUID:
        """Undoes the effect of the application."""
        async with self.work() as work:
            return await set_aside(
                work, entry_of_application=UUID(self.chain.id), recorded_by=self.account_id
            )

    async def differences(self) -> list[Difference]:
        """What differs from the history."""
        return await differences_of(self.owner, [self.registration_id])

    async def state(self) -> Any:
        """The row of the registration."""
        return await self.owner.fetchrow("SELECT * FROM registration WHERE id = $1", self.registration_id)

    async def practitioner_id(self) -> UUID:
        """Whose registration it is."""
        found: UUID = (await self.state())["practitioner_id"]
        return found

    async def numbers(self) -> dict[str, str]:
        """The doctor's name and numbers, opened."""
        state, sealer = await self.state(), self.chain.cast.app.state.system.sealer
        person = await self.owner.fetchrow(
            "SELECT p.name, p.id_number_sealed, q.certificate_number_sealed FROM practitioner p"
            " JOIN qualification q ON q.id = $1 AND q.practitioner_id = p.id",
            state["qualification_id"],
        )
        return {
            "name": person["name"],
            "id_number": sealer.open_text(
                person["id_number_sealed"], "practitioner.id_number", state["practitioner_id"]
            ),
            "qualification": sealer.open_text(
                person["certificate_number_sealed"],
                "qualification.certificate_number",
                state["qualification_id"],
            ),
            "registration": sealer.open_text(
                state["certificate_number_sealed"], "registration.certificate_number", state["id"]
            ),
        }

    async def elsewhere(self, count: int = 2) -> list[dict[str, str]]:
        """Institutions of other authorities, as entries name them."""
        rows = await self.owner.fetch(
            "SELECT id, authority_id FROM institution WHERE authority_id <> $1 ORDER BY id LIMIT $2",
            (await self.state())["authority_id"],
            count,
        )
        return [{"institution_id": str(row["id"]), "authority_id": str(row["authority_id"])} for row in rows]


@pytest.fixture
async def registrar(chain: Chain, superuser: Any) -> Registrar:
    """An approved application's authority, ready to enter more."""
    await chain.advance("approved")
    account_id = UUID((await chain.approver.get("/me"))["account"]["id"])
    registration_id = UUID((await chain.doctor.get("/doctor/registrations"))["items"][0]["id"])
    session_id = await superuser.fetchval(
        "SELECT id FROM account_session WHERE account_id = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT 1",
        account_id,
    )
    return Registrar(chain, superuser, account_id, registration_id, session_id)
