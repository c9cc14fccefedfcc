"""The 公示牌 of an institution: who practises there today, and within which scope (中医药条例 of Shandong, 22)."""

from datetime import timedelta
from uuid import UUID

from registry_api.accounts.addresses import network_of
from registry_api.accounts.throttle import address_limit, reserve
from registry_api.kit.problems import NotFound
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_code
from registry_api.public_register import queries
from registry_api.public_register.queries import BoardRow
from registry_api.public_register.schemas import BoardDoctor, BoardInstitution, DisplayBoard

MOST_LISTED = 1000
BOARDS_AN_HOUR = 60
"""From one network: enough for patients who compare clinics, too slow for who copies the register."""
AN_HOUR = timedelta(hours=1)


async def read_board(work: Work, institution_id: UUID) -> DisplayBoard:
    """Main and additional practices in force today, main ones first. Raises NotFound."""
    place = await work.tx.find(queries.PLACE, institution_id=institution_id)
    if place is None:
        raise NotFound
    rows = await work.tx.fetch_all(
        queries.BOARD, institution_id=institution_id, day=work.today, most=MOST_LISTED + 1
    )
    return DisplayBoard(
        institution=BoardInstitution(
            id=place.id,
            name=place.name,
            address=place.address
            if place.division_name in place.address
            else f"{place.division_name} {place.address}",
            authority_name=place.authority_name,
        ),
        day=work.today,
        items=[_read(work, row) for row in rows[:MOST_LISTED]],
        more=len(rows) > MOST_LISTED,
    )


async def read_board_as_anybody(work: Work, institution_id: UUID) -> DisplayBoard:
    """The same, counted against the network that asks. Raises NotFound, TooManyRequests."""
    limit = address_limit("display_board", network_of(work.address), BOARDS_AN_HOUR, AN_HOUR)
    await reserve(work.system, (limit,), work.now)
    return await read_board(work, institution_id)


def _read(work: Work, row: BoardRow) -> BoardDoctor:
    number = work.system.sealer.open_text(
        row.certificate_sealed, "registration.certificate_number", row.registration_id
    )
    return BoardDoctor(
        name=row.name,
        certificate_number_masked=mask_code(number),
        kind=row.kind,
        kind_title=text(f"practice_kind.{row.kind}", work.language),
        valid_to=row.valid_to,
        techniques=row.techniques,
        conditions=row.conditions,
    )
