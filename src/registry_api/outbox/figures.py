"""Numbers of the outbox for the metrics."""

from registry_api.kit.metrics import DEAD_LETTERS, OLDEST_DUE
from registry_api.kit.work import System

# Finished events are in neither count; the partial index of what is due holds the others.
_COUNT = """
SELECT count(*) FILTER (WHERE failed_at IS NOT NULL) AS dead,
       min(run_at) FILTER (WHERE failed_at IS NULL) AS oldest
FROM outbox_event WHERE finished_at IS NULL
"""


async def measure(system: System) -> None:
    """Sets the gauges. An event that waits for another try counts from the moment for which that is planned."""
    async with system.database.connection() as connection:
        row = await connection.fetchrow(_COUNT)
    DEAD_LETTERS.set(row["dead"])
    oldest = row["oldest"]
    waited = (system.clock.now() - oldest).total_seconds() if oldest is not None else 0.0
    OLDEST_DUE.set(max(waited, 0.0))
