"""`registry demo`: the whole chain over HTTP, as three people would go it, on new input each time."""

from dataclasses import dataclass
from random import SystemRandom
from typing import Any

import httpx

from registry_api.demo.chance import Chance
from registry_api.demo.desk import Desk, DriveFailed, Say, must
from registry_api.demo.fresh import add_fresh_doctor
from registry_api.demo.logins import PoolDoctor, PoolInstitution, read_pool, take_doctor
from registry_api.demo.opinions import opinion, registration_form, work_history
from registry_api.demo.places import counties, places
from registry_api.demo.portraits import portrait
from registry_api.demo.seed import SeedRefused
from registry_api.kit.settings import Settings

_TYPE = "registration"
_RETURN = "工作经历不完整，请补充取得资格前的经历并写明证明人。"
_RETURN_FIELD = {"pointer": "/form/work_history", "comment": "缺少一段经历"}


@dataclass(frozen=True, slots=True)
class Journey:
    """What one run came to."""

    application_id: str
    number: str
    doctor: str
    institution: str
    certificate_number: str


async def drive(settings: Settings, *, origin: str, say: Say = print) -> Journey:
    """Takes a doctor from an empty form to a valid registration, over HTTP only; raises DriveFailed.

    `origin` is where the service runs. Who acts is drawn from the pool that seeding published; when its doctors
    are used up, another one is entered over the owner's connection.
    """
    try:
        pool = read_pool(settings.state_directory)
    except FileNotFoundError:
        raise DriveFailed(
            f"{settings.state_directory} 下没有 demo-pool.json：请先执行 registry seed（或 make run）。"
        ) from None
    draw = SystemRandom()
    async with httpx.AsyncClient(base_url=origin) as client:
        doctor, applicant = await _find_applicant(settings, client, pool.doctors, say)
        institution = draw.choice(
            [place for place in pool.institutions if place.province_code == doctor.province_code]
        )
        say(f"拟执业机构：{institution.name}；审批机关：{institution.authority_handler.office}")
        chain = _Chain(
            client, say, doctor, applicant, institution, Chance(draw.getrandbits(40), "journey", 0)
        )
        return await chain.run()


async def _find_applicant(
    settings: Settings, client: httpx.AsyncClient, doctors: list[PoolDoctor], say: Say
) -> tuple[PoolDoctor, Desk]:
    """A doctor who may apply, signed in; whoever turns out to have applied already leaves the pool."""
    for doctor in SystemRandom().sample(doctors, len(doctors)):
        take_doctor(settings.state_directory, doctor)
        desk = Desk(client, doctor.login, say)
        await desk.sign_in()
        if not await _faults(desk):
            return doctor, desk
        say(f"{doctor.name}已有申请或注册，换一位")
        await desk.sign_out()
    try:
        doctor = await add_fresh_doctor(settings)
    except (OSError, SeedRefused, ValueError) as fault:
        raise DriveFailed(
            f"演示医师已用完，也不能新增（{fault}）。请设置 REGISTRY_MIGRATION_DATABASE_URL 等配置后重试。"
        ) from fault
    say(f"演示医师已用完，新增一位：{doctor.name}")
    desk = Desk(client, doctor.login, say)
    await desk.sign_in()
    faults = await _faults(desk)
    must(not faults, f"新增的医师{doctor.name}不能申请执业注册：{faults}")
    return doctor, desk


async def _faults(desk: Desk) -> str:
    """Why the doctor may not apply for 执业注册; empty if the doctor may."""
    options = await desk.call("查看可办业务", "GET", "/doctor/application-options")
    option = next((item for item in options["items"] if item["type"] == _TYPE), None)
    if option is None:
        raise DriveFailed("可办业务中没有执业注册")
    if option["available"]:
        return ""
    return "；".join(check["message"] for check in option["checks"] if not check["passed"]) or "未说明原因"


class _Chain:
    """One application on its way. Each step checks what the service says of it afterwards."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        say: Say,
        doctor: PoolDoctor,
        applicant: Desk,
        institution: PoolInstitution,
        chance: Chance,
    ) -> None:
        self._say = say
        self._doctor = doctor
        self._applicant = applicant
        self._institution = institution
        self._chance = chance
        self._handler = Desk(client, institution.handler, say)
        self._authority = Desk(client, institution.authority_handler, say)
        self._approver = Desk(client, institution.authority_approver, say)
        self._application: dict[str, Any] = {}
        self._form: dict[str, Any] = {}
