"""The 公示牌 of an institution: who practises there today, and within which scope (中医药条例 of Shandong, 22)."""

from datetime import timedelta
from uuid import UUID

from registry_api.accounts.addresses import network_of
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.kit.problems import NotFound
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_code
from registry_api.printing.answer import PdfAnswer
from registry_api.printing.board import Board, draw_board
from registry_api.printing.board import BoardRow as PrintedRow
from registry_api.public_register import queries
from registry_api.public_register.queries import BoardRow
from registry_api.public_register.schemas import BoardDoctor, BoardInstitution, DisplayBoard

MOST_LISTED = 1000
BOARDS_AN_HOUR = 60
"""From one network: enough for patients who compare clinics, too slow for who copies the register."""
DRAWN_AN_HOUR = 2000
"""For everybody who is not signed in: a drawing takes a tenth of a second, and forms and licences wait behind it."""
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


async def read_board_as_anybody(work: Work, institution_id: UUID, *, to_print: bool = False) -> DisplayBoard:
    """The same, counted against the network that asks; drawing is also counted for all together.

    Raises NotFound, TooManyRequests.
    """
    limits = [address_limit("display_board", network_of(work.address), BOARDS_AN_HOUR, AN_HOUR)]
    if to_print:
        limits.append(Limit("display_board/drawn", DRAWN_AN_HOUR, AN_HOUR))
    await reserve(work.system, limits, work.now)
    return await read_board(work, institution_id)


def print_board(work: Work, board: DisplayBoard) -> PdfAnswer:
    """The board to hang on a wall, in Chinese whatever the reader's language."""
    page = Board(
        institution=board.institution.name,
        authority=board.institution.authority_name,
        day=board.day,
        rows=[
            PrintedRow(
                name=one.name,
                certificate_number_masked=one.certificate_number_masked,
                techniques=one.techniques,
                conditions=one.conditions,
                kind=text(f"practice_kind_short.{one.kind}"),
            )
            for one in board.items
        ],
        demonstration=work.system.settings.environment == "development",
    )
    made_at = work.now
    return PdfAnswer(lambda: draw_board(page, made_at), f"display-board-{board.day.isoformat()}.pdf")


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
