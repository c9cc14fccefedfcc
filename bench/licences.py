"""Licences by themselves: drawing, signing, checking, and the status list; no server and no database.

`python -m bench.licences --write-docs` measures only this and writes it into the documentation; `make bench` does too.
"""

import argparse
import asyncio
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from registry_api.demo.chance import Chance
from registry_api.demo.portraits import portrait
from registry_api.kit.key_bundles import make_demonstration_ring
from registry_api.licences import status_list
from registry_api.licences.keys import LicenceKeyRing
from registry_api.licences.pdf_signature import certify
from registry_api.licences.pdf_verification import check_pdf
from registry_api.licences.status_list import PERMUTATION_KEY_BYTES, Status
from registry_api.licences.tokens import (
    PRESENTATION_LIFE,
    LicenceClaims,
    PresentationClaims,
    issue_licence,
    issue_presentation,
    photo_digest,
    qr_url,
    status_list_uri,
    verify,
)
from registry_api.printing.licence import LicencePage, render_licence

ORIGIN = "https://registry.example.cn"
BEGIN, END = (
    "<!-- licences measured by make bench: begin -->",
    "<!-- licences measured by make bench: end -->",
)
LISTED = 1_000_000
_NAME, _INSTITUTION, _NUMBER = "李明", "济南市历下区文化东路社区卫生服务中心", "DZ37010200000001"
_PLACE_KEY = bytes(PERMUTATION_KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a licence's life: milliseconds a time, CPU of all threads too; bytes or characters it makes."""

    step: str
    times: int
    p50: float
    p99: float
    cpu: float
    size: int


@dataclass(frozen=True, slots=True)
class _Material:
    ring: LicenceKeyRing
    claims: LicenceClaims
    photo: bytes
    now: datetime

    def issue(self) -> bytes:
        """A whole licence: token, page, signature."""
        token = issue_licence(self.claims, self.ring.signer)
        return self.sign(self.draw(token), token)

    def draw(self, token: str) -> bytes:
        """Its page."""
        page = LicencePage(
            name=_NAME,
            sex_title="男",
            birth_date=date(1971, 3, 9),
            certificate_number="ZY370100123456789",
            qualification_number_masked="3701****************1234",
            institution=_INSTITUTION,
            authority="济南市历下区行政审批服务局",
            techniques=["针刺技术", "推拿技术"],
            conditions=["项痹（颈椎病）", "腰痛病"],
            registered_on=self.claims.issued_on,
            issued_on=self.claims.issued_on,
            version=self.claims.version,
            licence_number=_NUMBER,
            photo_jpeg=self.photo,
            qr_url=qr_url(ORIGIN, token),
            demonstration=True,
        )
        return asyncio.run(render_licence(page, self.now))

    def sign(self, page: bytes, token: str) -> bytes:
        """The signed PDF."""
        return certify(page, qr_url(ORIGIN, token), self.ring.signer, signed_at=self.now)


def measure(times: int = 100) -> dict[str, Any]:
    """Every step `times` over (what takes microseconds ten times as often), and the aims of the issue."""
    photo = portrait(Chance(1, "doctor", 0), "1")
    now = datetime.now(UTC).replace(microsecond=0)
    ring = LicenceKeyRing.parse(make_demonstration_ring(), ORIGIN)
    claims = LicenceClaims(
        issuer=ORIGIN,
        licence_number=_NUMBER,
        version=2,
        name=_NAME,
        certificate_number_masked="ZY37*********6789",
        institution=_INSTITUTION,
        photo_digest=photo_digest(photo),
        issued_on=date(2026, 11, 25),
        status_list="0",
        status_index=4711,
    )
    material = _Material(ring, claims, photo, now)
    token = issue_licence(claims, ring.signer)
    page = material.draw(token)
    pdf = material.sign(page, token)
    shown = PresentationClaims(ORIGIN, _NUMBER, 2, bytes(16), now + PRESENTATION_LIFE)
    presentation = issue_presentation(shown, ring.signer)
    ended = [(_place(number), Status.REVOKED) for number in range(LISTED // 100)]
    packed = status_list.pack(LISTED, ended)
    listed = _publish(packed, ring, now)
    steps = [
        timed("a licence: token, page, signature", times, material.issue),
        timed("its page alone", times, lambda: material.draw(token)),
        timed("its signature alone", times, lambda: material.sign(page, token)),
        timed("checking the PDF", times, lambda: _checked(pdf, material)),
        timed("issuing a token", times * 10, lambda: issue_licence(claims, ring.signer)),
        timed("checking a token", times * 10, lambda: verify(token, ring.published, now=now)),
        timed("issuing a 亮照", times * 10, lambda: issue_presentation(shown, ring.signer)),
        timed("checking a 亮照", times * 10, lambda: verify(presentation, ring.published, now=now)),
        timed("status list of 1,000,000, 1 % ended: packing", 10, lambda: status_list.pack(LISTED, ended)),
        timed("the same: compressing and signing", times, lambda: _publish(packed, ring, now)),
        timed("the same: checking and a look-up", times, lambda: _looked_up(listed, ring)),
        timed("a place in it", times * 10, lambda: _place(4711)),
    ]
    return {"steps": [asdict(one) for one in steps], "aims": _aims(steps)}


def _place(position: int) -> int:
    return status_list.place(position, LISTED, _PLACE_KEY)


def _publish(packed: bytes, ring: LicenceKeyRing, now: datetime) -> bytes:
    return status_list.issue(packed, status_list_uri(ORIGIN, "0"), ring.signer, issuer=ORIGIN, now=now)


def _looked_up(listed: bytes, ring: LicenceKeyRing) -> None:
    if status_list.read(listed, ring.published).find(_place(0)) is not Status.REVOKED:
        raise SystemExit("the status list does not say what it was made of")


def _checked(pdf: bytes, material: _Material) -> None:
    if check_pdf(pdf, material.ring.published, now=material.now + timedelta(days=1)).reasons:
        raise SystemExit("the PDF that was just signed does not count")


def timed(step: str, times: int, work: Callable[[], object]) -> Step:
    """`work` done `times` over, after once to warm up."""
    made = work()
    taken = []
    spent = time.process_time()
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    spent = (time.process_time() - spent) * 1000 / times
    p99 = statistics.quantiles(taken, n=100)[98]
    size = len(made) if isinstance(made, bytes | str) else 0
    return Step(step, times, round(statistics.median(taken), 3), round(p99, 3), round(spent, 3), size)


def _aims(steps: list[Step]) -> list[dict[str, Any]]:
    whole, listed = steps[0], steps[9]
    return [
        _aim("a licence drawn and signed ≤ 100 ms (p50)", f"{whole.p50:.1f} ms", met=whole.p50 <= 100),
        _aim("a licence ≤ 150 kB", f"{whole.size / 1000:.1f} kB", met=whole.size <= 150_000),
        _aim(
            "1,000,000 entries of a status list ≤ 20 kB",
            f"{listed.size / 1000:.1f} kB",
            met=listed.size <= 20_000,
        ),
    ]


def _aim(aim: str, measured: str, *, met: bool) -> dict[str, Any]:
    return {"aim": aim, "measured": measured, "met": met}


def markdown(results: dict[str, Any], machine: str) -> str:
    """The measured section: machine, aims, steps."""
    aims = [
        f"| {one['aim']} | {one['measured']} | {'met' if one['met'] else '**missed**'} |"
        for one in results["aims"]
    ]
    return "\n".join(
        [
            machine,
            "",
            "| aim | measured |  |",
            "| --- | --- | --- |",
            *aims,
            "",
            steps_table(results["steps"]),
        ]
    )


def steps_table(steps: list[dict[str, Any]]) -> str:
    """A line for each step."""
    head = "| step, one at a time in one process | times | p50 / p99 ms | CPU ms | bytes |"
    lines = [
        f"| {one['step']} | {one['times']:,} | {one['p50']:.2f} / {one['p99']:.2f} | {one['cpu']:.2f}"
        f" | {one['size'] or '–'} |"
        for one in steps
    ]
    return "\n".join([head, "| --- | --- | --- | --- | --- |", *lines])


def main() -> None:
    """Measures and prints; with `--write-docs` it goes into the documentation."""
    from bench.report import DOCUMENT, write_into  # noqa: PLC0415 (it imports this module)

    parser = argparse.ArgumentParser(prog="python -m bench.licences", description=__doc__)
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
