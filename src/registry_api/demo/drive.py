"""`registry demo`: the whole chain over HTTP, as the people concerned would go it, on new input each time."""

from collections.abc import Callable
from random import SystemRandom

import asyncpg
import httpx

from registry_api.demo.arrival import Arrival
from registry_api.demo.chain import Chain, Journey
from registry_api.demo.chance import Chance
from registry_api.demo.desk import Desk, DriveFailed, Narrator, must
from registry_api.demo.fresh import add_newcomer
from registry_api.demo.logins import Pool, PoolDoctor, read_pool, take_doctor
from registry_api.demo.seed import SeedRefused
from registry_api.kit.settings import Settings


async def drive(
    settings: Settings,
    *,
    origin: str,
    say: Callable[[str], None] = print,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Journey:
    """Takes somebody from 账户注册 to a valid registration, over HTTP only; raises DriveFailed.

    `origin` is where the service runs, `transport` how to get there if not over the network. The newcomer's certificate
    is entered over the owner's connection, as a province's import would; without it, a doctor of the pool that seeding
    published applies, whose account is there already. Who decides is drawn from that pool.
    """
    try:
        pool = read_pool(settings.state_directory)
    except FileNotFoundError:
        raise DriveFailed(
            f"{settings.state_directory} 下没有 demo-pool.json：请先执行 make run 或 registry seed。"
        ) from None
    narrator = Narrator(say)
    draw = SystemRandom()
    async with httpx.AsyncClient(base_url=origin, transport=transport) as client:
        province, applicant = await _find_applicant(settings, client, pool, narrator)
        near = [place for place in pool.institutions if place.province_code == province]
        must(bool(near), f"演示数据中没有 {province} 的机构")
        chain = Chain(
            client, narrator, applicant, draw.choice(near), Chance(draw.getrandbits(40), "journey", 0)
        )
        journey = await chain.run()
    narrator.outcome(
        f"完成：{journey.number} 从填表到执业注册有效，含一次退回更正，共 {journey.seconds:.1f} 秒"
    )
    return journey


async def _find_applicant(
    settings: Settings, client: httpx.AsyncClient, pool: Pool, narrator: Narrator
) -> tuple[str, Desk]:
    """Somebody who may apply, signed in, with the code of the province that assessed."""
    try:
        person = await add_newcomer(settings)
    except (OSError, ValueError, SeedRefused, asyncpg.PostgresError) as fault:
        narrator.outcome(f"不能录入新的资格信息（{type(fault).__name__}），改由演示医师申请")
        doctor, desk = await _take_from_pool(settings, client, pool, narrator)
        return doctor.province_code, desk
    narrator.outcome(f"资格信息已收录：{person.name}，尚无账户")
    desk = await Arrival(client, narrator, person).arrive()
    obstacles = await _obstacles(desk)
    must(not obstacles, f"{person.name} 不能申请执业注册：{obstacles}")
    return person.province, desk


async def _take_from_pool(
    settings: Settings, client: httpx.AsyncClient, pool: Pool, narrator: Narrator
) -> tuple[PoolDoctor, Desk]:
    """A doctor who may apply, signed in; who turns out to have applied already leaves the pool."""
    for doctor in SystemRandom().sample(pool.doctors, len(pool.doctors)):
        take_doctor(settings.state_directory, doctor)
        desk = Desk(client, doctor.login, narrator)
        await desk.sign_in()
        if not await _obstacles(desk):
            return doctor, desk
        narrator.outcome(f"{doctor.name} 已有申请或注册，换一位")
        await desk.sign_out()
    raise DriveFailed("演示医师已用完，也不能新增。请设置 REGISTRY_MIGRATION_DATABASE_URL 和密钥后重试。")


async def _obstacles(desk: Desk) -> str:
    """Why the doctor may not apply for 执业注册; empty if the doctor may."""
    options = await desk.call("查看可办业务", "GET", "/doctor/application-options")
    option = next((item for item in options["items"] if item["type"] == "registration"), None)
    if option is None:
        raise DriveFailed("可办业务中没有执业注册")
    if option["available"]:
        return ""
    return "；".join(check["message"] for check in option["checks"] if not check["passed"]) or "未说明原因"
