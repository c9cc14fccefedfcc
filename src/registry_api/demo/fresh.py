"""A doctor more: somebody who can apply, made when the pool of the demonstration is used up."""

from random import SystemRandom

import asyncpg

from registry_api.demo.content import demo_offices
from registry_api.demo.lives import fresh_doctor
from registry_api.demo.logins import PoolDoctor, pool_doctor
from registry_api.demo.record import Clerk
from registry_api.demo.rows import doctor_rows
from registry_api.demo.seed import SEED, SeedRefused, copy_rows
from registry_api.demo.setting import DemoSetting
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.clock import SystemClock
from registry_api.kit.passwords import hash_password
from registry_api.kit.sealing import BlindIndex, KeyRing, Sealer
from registry_api.kit.settings import Settings

_FIRST_INDEX = 10_000_000
"""Above every doctor that seeding makes."""
_LAST_INDEX = 2_000_000_000


async def add_fresh_doctor(settings: Settings) -> PoolDoctor:
    """Enters a qualified doctor with an account over the owner's connection; never in production."""
    if settings.environment == "production":
        raise SeedRefused("Demo accounts have known passwords and are never made in production.")
    setting = DemoSetting(SEED, SystemClock().today(), demo_offices(SEED))
    doctor = fresh_doctor(setting, SystemRandom().randint(_FIRST_INDEX, _LAST_INDEX))
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
    return pool_doctor(doctor)
