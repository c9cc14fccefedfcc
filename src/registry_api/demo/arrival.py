"""A newcomer on the way from 账户注册 to an activated account, over HTTP, reading codes as a developer would."""

import asyncio
import secrets

import httpx
from altcha import Challenge, Payload, solve_challenge

from registry_api.demo.desk import Desk, DriveFailed, Narrator, must
from registry_api.demo.logins import Login
from registry_api.demo.people import DemoPerson

INBOX = "/development/messages"
"""Where a development machine shows what was sent to phones."""


class Arrival:
    """Goes each step once and checks what the service says after it."""

    def __init__(self, client: httpx.AsyncClient, narrator: Narrator, person: DemoPerson) -> None:
        self._client = client
        self._narrator = narrator
        self._person = person
        # Nothing that the person's name, numbers or login name contain.
        self._password = f"Yz{secrets.token_hex(4)}q7"
        login = Login("doctor", None, "doctor", f"demo_{secrets.token_hex(5)}", self._password, person.name)
        self._login = login
        self._desk = Desk(client, login, narrator)

    async def arrive(self) -> Desk:
        """Registers, verifies, activates; gives the doctor at work. Raises DriveFailed."""
        await self._register()
        await self._desk.sign_in(next_step="verify_identity")
        found = await self._desk.call("医师信息自动校验", "POST", "/me/identity-verification")
        must(found["outcome"] == "matched", f"校验结果应为通过，实为：{found['message']}")
        self._narrator.outcome(found["message"])
        await self._desk.call("向手机发送校验码", "POST", "/me/phone/codes", expect=204)
        code = await self._read_code()
        me = await self._desk.call("填写校验码", "POST", "/me/phone/verification", json={"code": code})
        must(me["next_step"] == "activate", f"验证手机后应激活账户，实为：{me['next_step']}")
        me = await self._desk.call(
            "用资格证书编码激活账户",
            "POST",
            "/me/activation",
            json={"qualification_code": self._person.certificate_number},
        )
        must(me["next_step"] is None, f"激活后仍有：{me['next_step']}")
        self._narrator.outcome(f"{self._person.name} 的账户已激活，证书 {me['certificate_number_masked']}")
        return self._desk

    async def _register(self) -> None:
        policy = await self._desk.call("阅读隐私政策", "GET", "/privacy-policy")
        started = await self._desk.call(
            "填写姓名和身份证号",
            "POST",
            "/accounts/registrations",
            expect=201,
            json={
                "name": self._person.name,
                "id_number": self._person.id_number,
                "human_proof": {"proof_of_work": await self._work("account_registration")},
                "privacy_policy_version": policy["version"],
            },
        )
        made = await self._desk.call(
            "填写手机号、登录名和密码",
            "POST",
            "/accounts",
            expect=201,
            json={
                "registration_ticket": started["registration_ticket"],
                "phone": self._person.phone,
                "login_name": self._login.login_name,
                "password": self._password,
                "password_confirmation": self._password,
            },
        )
        self._narrator.outcome(f"账户注册成功，登录名 {made['login_name']}")

    async def _work(self, purpose: str) -> str:
        """A solved proof of work, as the portal's device solves it when the picture cannot be read."""
        given = await self._desk.call(
            "人机验证", "POST", "/captchas/challenges", expect=201, json={"purpose": purpose}
        )
        challenge = Challenge.from_dict(given["challenge"])
        solution = await asyncio.to_thread(solve_challenge, challenge)
        if solution is None:
            raise DriveFailed("人机验证没有解出")
        return Payload(challenge, solution).to_base64()

    async def _read_code(self) -> str:
        """The newest code that was sent to the phone."""
        try:
            answer = await self._client.get(INBOX)
        except httpx.HTTPError as fault:
            raise DriveFailed(f"{INBOX} 没有应答（{type(fault).__name__}）") from fault
        must(answer.status_code == httpx.codes.OK, f"{INBOX} 应答 {answer.status_code}：只有开发环境才有")
        for message in answer.json()["messages"]:
            if message["to"] == self._person.phone and message["code"]:
                return str(message["code"])
        raise DriveFailed(f"{INBOX} 中没有发给该手机的校验码")
