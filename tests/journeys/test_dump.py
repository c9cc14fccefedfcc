"""A dump of the database holds no ID number and no mobile phone number in clear."""

import asyncio
import re
import subprocess
from urllib.parse import unquote, urlsplit

import asyncpg

from registry_api.kit.sealing import KeyRing, Sealer
from registry_api.kit.settings import Settings
from registry_api.launcher import isolation
from registry_api.launcher.cluster import SERVER_ENVIRONMENT
from registry_api.practitioners.identity import IdNumberRefused, check_id_number
from tests.support.people import Chain

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9A-Za-z.+-])(?:\+?86)?1[3-9]\d{9}(?![0-9A-Za-z])")
PERSONS_TABLES = ("outbox_event", "idempotency_record", "audit_event", "application", "notice", "account")


def _dump(settings: Settings) -> str:
    parts = urlsplit(settings.owner_dsn)
    made = subprocess.run(
        [
            *(str(isolation.find_binaries() / "pg_dump"), "--inserts"),
            *("-h", str(parts.hostname), "-p", str(parts.port)),
            *("-U", str(parts.username), "-d", parts.path.lstrip("/")),
        ],
        env={**SERVER_ENVIRONMENT, "PGPASSWORD": unquote(parts.password or "")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


async def test_dump_after_the_chain_names_nobody(chain: Chain) -> None:
    settings = chain.cast.settings
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "return", "请补充工作经历")
    await chain.advance("approved")
    await chain.cast.work_off()

    numbers, phones = await _known(settings)
    assert len(numbers) > 100
    assert len(phones) > 100
    dump = await asyncio.to_thread(_dump, settings)

    for table in PERSONS_TABLES:
        assert f"INSERT INTO public.{table} " in dump, f"{table} is empty: nothing was examined"
    # Sealed and hashed columns are hexadecimal, where a run of digits means nothing.
    text = re.sub(r"\\x[0-9a-f]*", "", dump)
    assert [number for number in numbers if number in text] == []
    assert [phone for phone in phones if phone in text] == []
    found = [match for match in ID_NUMBER.findall(text) if _is_id_number(match, chain)]
    assert found == []
    assert MOBILE.findall(text) == []


def test_what_is_looked_for_would_be_found() -> None:
    row = "INSERT INTO t VALUES ('{\"id\": \"11010519491231002X\"}', '13800138000', '010-13800138000');"
    assert ID_NUMBER.findall(row) == ["11010519491231002X"]
    assert MOBILE.findall(row) == ["13800138000"]


def _is_id_number(text: str, chain: Chain) -> bool:
    try:
        check_id_number(text, chain.cast.clock.today())
    except IdNumberRefused:
        return False
    return True


async def _known(settings: Settings) -> tuple[list[str], list[str]]:
    """The ID numbers and phones of everybody, opened with the keys of the tests."""
    sealer = Sealer(KeyRing.parse(settings.field_keys.get_secret_value()))
    owner = await asyncpg.connect(settings.owner_dsn)
    try:
        rows = await owner.fetch("SELECT id, id_number_sealed, phone_sealed FROM practitioner")
    finally:
        await owner.close()
    numbers = [sealer.open_text(row["id_number_sealed"], "practitioner.id_number", row["id"]) for row in rows]
    phones = [
        sealer.open_text(row["phone_sealed"], "practitioner.phone", row["id"])
        for row in rows
        if row["phone_sealed"] is not None
    ]
    return numbers, phones
