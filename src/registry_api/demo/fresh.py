"""A doctor more: with an account and able to apply, or just certified and about to register."""

from dataclasses import replace
from random import SystemRandom

import asyncpg

from registry_api.demo.content import demo_offices
from registry_api.demo.lives import FIRST_EXTRA, DemoDoctor, fresh_doctor
from registry_api.demo.logins import PoolDoctor, pool_doctor
from registry_api.demo.people import DemoPerson
from registry_api.demo.record import Clerk
from registry_api.demo.rows import doctor_rows
from registry_api.demo.seed import SEED, SeedRefused, copy_rows
from registry_api.demo.setting import DemoSetting
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.clock import SystemClock
from registry_api.kit.passwords import hash_password
from registry_api.kit.sealing import BlindIndex, KeyRing, Sealer
from registry_api.kit.settings import Settings

_LAST_INDEX = 2_000_000_000


async def add_fresh_doctor(settings: Settings) -> PoolDoctor:
    """Enters a qualified doctor with an account over the owner's connection; never in production."""
    doctor = draw_doctor()
    await enter_doctor(settings, doctor)
    return pool_doctor(doctor)


async def add_newcomer(settings: Settings) -> DemoPerson:
    """Enters somebody who has just been certified and has no account; never in production."""
    doctor = replace(draw_doctor(), has_account=False)
    await enter_doctor(settings, doctor)
    return doctor.person


def draw_doctor() -> DemoDoctor:
    """A doctor whom nobody has seen before, in no table yet."""
    setting = DemoSetting(SEED, SystemClock().today(), demo_offices(SEED))
    return fresh_doctor(setting, SystemRandom().randint(FIRST_EXTRA, _LAST_INDEX))


async def enter_doctor(settings: Settings, doctor: DemoDoctor) -> None:
    """Writes the doctor's rows over the owner's connection. Raises SeedRefused in production."""
    if settings.environment == "production":
        raise SeedRefused("Demo accounts have known passwords and are never made in production.")
    clerk = Clerk(
        seed=SEED,
        sealer=Sealer(KeyRing.parse(settings.field_keys.get_secret_value())),
        blind_index=BlindIndex.parse(settings.blind_index_key.get_secret_value()),
        password_hash=await hash_password(PASSWORDS["doctor"]),
    )
    connection = await asyncpg.connect(settings.owner_dsn)
    try:
        async with connection.transaction():
            await copy_rows(connection, doctor_rows(clerk, doctor))
    finally:
        await connection.close()
