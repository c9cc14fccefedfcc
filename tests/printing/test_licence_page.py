"""The page of an electronic licence, as a reader, a scanner and a screen reader find it."""

import pytest
from PIL import ImageChops

from registry_api.printing.licence import render_licence
from tests.support.pages import page_count, page_picture, page_text, qr_codes, running_text
from tests.support.printed import MADE_AT, QR_URL, RARE_NAME, licence_page


async def test_it_says_who_may_do_what_where() -> None:
    text = running_text(await render_licence(licence_page(), MADE_AT))
    for words in (
        "中医（专长）医师执业证书",
        "李明",
        "1971年3月9日",
        "ZY370100123456789",
        "济南市历下区仁和堂中医诊所",
        "中医药技术方法：针刺技术、推拿技术",
        "具体治疗病证：项痹（颈椎病）、腰痛病",
        "第2版",
        "2026年11月25日",
        "以扫码核验结果为准",
    ):
        assert words in text


@pytest.mark.parametrize("dpi", [96, 150])
async def test_a_scanner_reads_its_code_from_a_screen(dpi: int) -> None:
    assert qr_codes(await render_licence(licence_page(), MADE_AT), dpi) == [QR_URL]


async def test_rare_characters_of_a_name_can_be_copied() -> None:
    assert RARE_NAME in page_text(await render_licence(licence_page(name=RARE_NAME), MADE_AT))


async def test_a_character_without_a_glyph_leaves_a_sign_and_a_note() -> None:
    text = running_text(await render_licence(licence_page(name="王𰻝"), MADE_AT))
    assert "王〓" in text
    assert "U+30EDD" in text


async def test_a_seal_of_the_demonstration_says_so() -> None:
    demonstration = running_text(await render_licence(licence_page(), MADE_AT))
    assert demonstration.count("示例") >= 2
    assert "不具有法律效力" in demonstration
    real = running_text(await render_licence(licence_page(demonstration=False), MADE_AT))
    assert "示" not in real
    assert "不具有法律效力" not in real


async def test_the_seal_is_red_and_round_over_the_authority() -> None:
    picture = page_picture(await render_licence(licence_page(), MADE_AT))
    width, height = picture.size
    corner = picture.crop((width * 6 // 10, height * 6 // 10, width, height)).convert("RGB")
    redness = ImageChops.subtract(corner.getchannel("R"), corner.getchannel("G"))
    red = redness.point([255 * (level > 140) for level in range(256)]).getbbox()
    assert red is not None
    left, top, right, bottom = red
    assert abs(right - left - 42 / 25.4 * 96) < 6  # 42 mm
    assert abs((right - left) - (bottom - top)) < 4


async def test_a_scope_that_does_not_fit_goes_on_a_page_of_its_own() -> None:
    many = [f"病证之第{number}种，名称颇长的一种" for number in range(100)]
    pdf = await render_licence(licence_page(conditions=many), MADE_AT)
    assert page_count(pdf) == 2
    assert many[-1] in running_text(pdf)
    few = [f"病证之第{number}种" for number in range(40)]
    assert page_count(await render_licence(licence_page(conditions=few), MADE_AT)) == 1


async def test_it_is_archival_accessible_and_small() -> None:
    pdf = await render_licence(licence_page(), MADE_AT)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/StructTreeRoot" in pdf
    assert len(pdf) <= 150_000


async def test_the_same_content_and_instant_give_the_same_bytes() -> None:
    assert await render_licence(licence_page(), MADE_AT) == await render_licence(licence_page(), MADE_AT)
