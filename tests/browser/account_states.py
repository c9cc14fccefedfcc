"""Accounts as they are on their way to the activation, entered where no page leads there quickly."""

from dataclasses import dataclass, field
from typing import Any

import asyncpg

from registry_api.demo.logins import Login
from registry_api.demo.people import DemoPerson
from registry_api.parts import make_system
from registry_api.worker import answer_watches
from tests.support.database import apart
from tests.support.server import Server
from tests.support.superuser import superuser_dsn


@dataclass
class Unactivated:
    """A doctor with an account who has signed in for the first time."""

    server: Server
    person: DemoPerson
    login: Login
    _hidden: dict[str, bytes] = field(default_factory=dict)

    def step_back(self, *, to: str) -> None:
        """Undoes what led to the activation: `to` is the step that comes next for the account."""
        undone = {
            "verify_identity": "activated_at = NULL, phone_verified_at = NULL, practitioner_id = NULL",
            "verify_phone": "activated_at = NULL, phone_verified_at = NULL",
            "activate": "activated_at = NULL",
        }[to]
        self._run(f"UPDATE account SET {undone} WHERE login_name = $1", self.login.login_name)  # noqa: S608

    def rename(self, name: str) -> None:
        """As if the doctor had registered with another name."""
        self._run("UPDATE account SET name = $2 WHERE login_name = $1", self.login.login_name, name)

    def hide_from_register(self) -> None:
        """As if the register did not have the person yet."""
        self._swap("practitioner", "id_number_index", "id")

    def hide_certificate(self) -> None:
        """As if the register did not have the certificate yet."""
        self._swap("qualification", "certificate_number_index", "practitioner_id")

    def arrive(self) -> None:
        """The register now has what was hidden, and the worker has looked."""
        for place, value in self._hidden.items():
            table, column, owner = place.split("/")
            self._run(f"UPDATE {table} SET {column} = $2 WHERE {owner} = $1", self.person.id, value)  # noqa: S608
        self._hidden.clear()
        apart(self._answer())

    def forget_tries(self) -> None:
        """Another day has come for the account."""
        self._run("DELETE FROM attempt_counter WHERE key LIKE 'activation/%'")

    def _swap(self, table: str, column: str, owner: str) -> None:
        found = self._run(f"SELECT {column} FROM {table} WHERE {owner} = $1", self.person.id)  # noqa: S608
        self._hidden[f"{table}/{column}/{owner}"] = found
        other = bytes(reversed(found))
        self._run(f"UPDATE {table} SET {column} = $2 WHERE {owner} = $1", self.person.id, other)  # noqa: S608

    def _run(self, statement: str, *values: Any) -> Any:
        return run(self.server, statement, *values)

    async def _answer(self) -> None:
        settings = self.server.settings
        system = make_system(settings, dsn=settings.worker_dsn)
        await system.database.open()
        try:
            await answer_watches(system)
        finally:
            await system.database.close()


def run(server: Server, statement: str, *values: Any) -> Any:
    """The first value of a statement that no policy concerns."""
    found: list[Any] = []

    async def work() -> None:
        connection = await asyncpg.connect(superuser_dsn(server.settings))
        try:
            found.append(await connection.fetchval(statement, *values))
        finally:
            await connection.close()

    apart(work())
    return found[0]
