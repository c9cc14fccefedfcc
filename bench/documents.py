"""Printed documents by themselves: the form and the display board; no server and no database.

`python -m bench.documents --write-docs` measures only this and writes it into the documentation; `make bench` does too.
The licence page is measured with the rest of a licence, in `bench.licences`.
"""

import argparse
import asyncio
import os
import platform
import time
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bench.licences import steps_table, timed
from registry_api.demo.chance import Chance
from registry_api.demo.portraits import portrait
from registry_api.printing.board import Board, BoardRow, draw_board
from registry_api.printing.engine import in_turn
from registry_api.printing.form import (
    Certificates,
    FormPage,
    Opinion,
    Period,
    Person,
    Place,
    draw_form,
)

BEGIN, END = (
    "<!-- documents measured by make bench: begin -->",
    "<!-- documents measured by make bench: end -->",
)
MADE_AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
_DAY = date(2026, 11, 25)
_INSTITUTION = "济南市历下区文化东路社区卫生服务中心"
AT_ONCE = 100
FREE_MS = 100.0
"""A pause of the loop that nobody notices."""


def _form() -> FormPage:
    """A form whose boxes are all filled."""
    return FormPage(
        number="ZC-370102-20261123-000042",
        kind="中医（专长）医师注册",
        status="准予",
        filled_on=_DAY,
        person=Person(
            name="李明",
            sex="男",
            ethnicity="汉族",
            birth_date="1971 年 ** 月 ** 日",
            id_number_masked="3701**********1234",
            phone_masked="138****5678",
            education="传统医学师承和确有专长",
            school="",
            major="",
            home_address="山东省济南市历下区泉城路街道 18 号院 2 号楼 301 室",
            postcode="250001",
            health="健康",
            administrative_post="无",
            professional_title="",
        ),
        certificates=Certificates(
            "3701****************1234", _DAY, "YSZ37010200000013", _DAY, "", ["针刺技术"], ["腰痛病", "膝痹"]
        ),
        place=Place(
            _INSTITUTION, "PDY70000037010217D2122", "山东省济南市历下区文化东路 88 号", "0531-55504944"
        ),
        particulars=[],
        history=[Period("1995.07—2020.06", "城关镇李氏中医诊所", "跟师学习", "李建国")] * 4,
        assessment="2024 年 6 月，省中医药管理局组织考核，合格",
        penalties="无",
        remarks="",
        declaration="本人声明没有《医师法》第十六条规定的不予注册的情形，所填内容真实",
        declared=True,
        signature=Opinion(["本人已实名登录，于 2026 年 11 月 23 日在线提交本申请。"], "李明", _DAY),
        institution=Opinion(["同意。", "符合本机构聘用条件。"], "武云", _DAY),
        authority=Opinion(["受理。", "准予。", "执业证书编码：YSZ37010200000013"], "赵林", _DAY),
        photo_jpeg=portrait(Chance(1, "doctor", 0), "1"),
    )


def _board(doctors: int, number: int) -> Board:
    rows = [
        BoardRow(
            f"李{index + number}", "ZY37*********6789", ["针刺技术"], ["项痹（颈椎病）", "腰痛病"], "主执业"
        )
        for index in range(doctors)
    ]
    return Board(_INSTITUTION, "济南市历下区行政审批服务局", _DAY, rows, demonstration=True)


def measure(times: int = 100) -> dict[str, Any]:
    """Every document `times` over, each time another one: Typst remembers what it has drawn. Then 100 forms at once."""
    form, numbers = _form(), count()

    def a_form() -> bytes:
        return draw_form(replace(form, number=f"ZC-370102-20261124-{next(numbers):06d}"), MADE_AT)

    def a_board(doctors: int) -> bytes:
        return draw_board(_board(doctors, next(numbers)), MADE_AT)

    steps = [
        timed("a form, two pages", times, a_form),
        timed("a board of 30 doctors", times, lambda: a_board(30)),
        timed("a board of 300 doctors", times // 5, lambda: a_board(300)),
    ]
    each, longest = asyncio.run(_at_once(form))
    return {"steps": [asdict(one) for one in steps], "each_ms": each, "longest_pause_ms": longest}


async def _at_once(form: FormPage) -> tuple[float, float]:
    """Milliseconds a form when many are asked for at once, and the longest time that the loop stood still."""
    forms = [replace(form, number=f"ZC-370102-20261123-{number:06d}") for number in range(AT_ONCE)]
    started = time.perf_counter()
    drawing = asyncio.gather(*(in_turn(lambda one=one: draw_form(one, MADE_AT)) for one in forms))  # type: ignore[misc]
    longest = 0.0
    while not drawing.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before)
    await drawing
    return (time.perf_counter() - started) * 1000 / AT_ONCE, longest * 1000


def markdown(results: dict[str, Any], machine: str) -> str:
    """The measured section."""
    pause = results["longest_pause_ms"]
    free = "met" if pause <= FREE_MS else "**missed**"
    return (
        f"{machine}\n\n{steps_table(results['steps'])}\n\n"
        f"{AT_ONCE} forms at once: {results['each_ms']:.1f} ms each; the loop stood still for {pause:.1f} ms at most"
        f" (aim: {FREE_MS:.0f} ms, {free})."
    )


def main() -> None:
    """Measures and prints; with `--write-docs` it goes into the documentation."""
    from bench.report import DOCUMENT, write_into  # noqa: PLC0415 (as in bench.licences)

    parser = argparse.ArgumentParser(prog="python -m bench.documents", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--write-docs", action="store_true")
    options = parser.parse_args()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    machine = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    machine += f", {at}; load before it began {os.getloadavg()[0]:.1f}."
    section = markdown(measure(options.times), machine)
    print(section)
    if options.write_docs:
        write_into(Path(DOCUMENT), section, BEGIN, END)


if __name__ == "__main__":
    main()
