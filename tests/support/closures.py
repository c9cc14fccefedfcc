"""Institutions of the demonstration that close while somebody's application lies there, and open again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import asyncpg

from registry_api.demo.content import demo_offices
from registry_api.demo.logins import PoolInstitution
from registry_api.demo.offices import DemoInstitution
from registry_api.demo.seed import SEED
from registry_api.kit.settings import Settings
from tests.support.database import apart


def neighbour_of(place: PoolInstitution) -> DemoInstitution:
    """Another open institution of the same authority, whose logins nobody uses."""
    offices = demo_offices(SEED)
    authority = next(one.authority for one in offices.anchors if str(one.id) == place.id)
    taken = {one.id for one in offices.anchors}
    return next(
        one
        for one in offices.institutions
        if one.authority.id == authority.id and one.status == "open" and one.id not in taken
    )


@contextmanager
def closed(settings: Settings, institution_id: UUID) -> Iterator[None]:
    """The institution is closed within the block."""
    apart(_set_status(settings, institution_id, "closed"))
    try:
        yield
    finally:
        apart(_set_status(settings, institution_id, "open"))


async def _set_status(settings: Settings, institution_id: UUID, status: str) -> None:
    owner = await asyncpg.connect(settings.owner_dsn)
    try:
        await owner.execute("UPDATE institution SET status = $2 WHERE id = $1", institution_id, status)
    finally:
        await owner.close()
