"""公示牌: who of an institution may do what, to hang on the wall."""

from registry_api.printing.board import draw_board
from tests.support.pages import page_count, page_picture, running_text
from tests.support.printed import MADE_AT, board, board_row


def test_it_lists_each_doctor_with_techniques_and_conditions() -> None:
    rows = [
        board_row(name="龙𬱖喆", techniques=["针刺技术", "推拿技术"], conditions=["项痹", "腰痛病"]),
        board_row(name="阿卜杜拉·买买提", kind="多机构"),
    ]
    text = running_text(draw_board(board(*rows), MADE_AT))
    assert "济南市历下区仁和堂中医诊所" in text
    assert "龙𬱖喆ZY37*********6789针刺技术、推拿技术项痹、腰痛病主执业" in text
    assert "阿卜杜拉·买买提" in text
    assert "数据截至2026年11月25日" in text


def test_a_large_institution_gets_several_sheets_with_a_heading_each() -> None:
    pdf = draw_board(board(*(board_row() for _ in range(60))), MADE_AT)
    assert page_count(pdf) > 2
    assert running_text(pdf).count("中医药技术方法") == page_count(pdf)


def test_an_institution_without_doctors_gets_a_board_that_says_so() -> None:
    assert "现无在本机构执业的中医（专长）医师" in running_text(draw_board(board(), MADE_AT))


def test_it_can_be_printed_on_a3() -> None:
    small = page_picture(draw_board(board(board_row()), MADE_AT), dpi=72)
    large = page_picture(draw_board(board(board_row(), paper="a3"), MADE_AT), dpi=72)
    assert (small.size, large.size) == ((842, 596), (1191, 842))
