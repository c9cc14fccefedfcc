"""One application on its way from an empty form to a registration, with one return in between."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx

from registry_api.demo.chance import Chance
from registry_api.demo.defects import DEFECTS
from registry_api.demo.desk import Desk, DriveFailed, Narrator, must
from registry_api.demo.licence import show_licence
from registry_api.demo.logins import PoolInstitution
from registry_api.demo.opinions import opinion, registration_form
from registry_api.demo.places import counties, places
from registry_api.demo.portraits import portrait
from registry_api.workflow.table import Status

_APPLICATIONS = "/doctor/applications"
NOTICE_SECONDS = 5.0
"""The worker delivers within a second, if there is one."""
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Journey:
    """What one run came to."""

    application_id: str
    number: str
    registration_id: str
    certificate_number_masked: str
    seconds: float


class Chain:
    """Goes the chain once. After each step, what the service says of the application is checked."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        narrator: Narrator,
        applicant: Desk,
        institution: PoolInstitution,
        chance: Chance,
    ) -> None:
        self._narrator = narrator
        self._applicant = applicant
        self._institution = institution
        self._chance = chance
        self._defect = chance.pick(DEFECTS)
        self._reviewer = Desk(client, institution.handler, narrator)
        self._clerk = Desk(client, institution.authority_handler, narrator)
        self._approver = Desk(client, institution.authority_approver, narrator)
        self._application: dict[str, Any] = {}
        self._form: dict[str, Any] = {}

    async def run(self) -> Journey:
        """The whole chain; raises DriveFailed at the first thing that is off."""
        begun = time.monotonic()
        await self._draft()
        await self._submit()
        await self._be_returned()
        await self._correct()
        await self._submit()
        await self._decide(self._reviewer, "institution", "endorse", "authority_review")
        await self._clerk.sign_in()
        await self._find_in_queue(self._clerk, "authority")
        await self._decide(self._clerk, "authority", "accept", "accepted")
        await self._approver.sign_in()
        await self._decide(self._approver, "authority", "approve", "approved")
        journey = await self._see_result(begun)
        await show_licence(self._applicant, self._narrator, journey.registration_id)
        for desk in (self._applicant, self._reviewer, self._clerk, self._approver):
            await desk.sign_out()
        return journey

    async def _draft(self) -> None:
        """Chooses an institution, creates the draft, uploads a photo and fills in the form."""
        found = await self._applicant.call(
            "查找机构", "GET", "/institutions", params={"q": self._institution.name}
        )
        must(
            any(item["id"] == self._institution.id for item in found["items"]),
            f"按名称查不到机构 {self._institution.name}",
        )
        self._narrator.outcome(f"拟执业机构：{self._institution.name}")
        self._application = await self._applicant.call(
            "新建执业注册申请",
            "POST",
            _APPLICATIONS,
            expect=201,
            json={"type": "registration", "payload": {"institution_id": self._institution.id}},
        )
        self._check("draft")
        applicant = self._application["applicant"]
        self._form = registration_form(
            self._chance,
            sex=applicant["sex"],
            ethnicity=self._chance.pick(("01", "01", "01", "03", "07", "11")),
            born=self._chance.between(1950, 1992),
            qualified=int(applicant["qualification"]["issued_on"][:4]),
            home=places()[self._chance.pick(counties())],
        )
        photo_id = await self._upload(spoilt=self._defect.in_photo)
        await self._save(photo_id, self._defect.spoil(self._form))
        self._narrator.outcome(f"{applicant['name']} 填好了表，但{self._defect.name}")

    async def _upload(self, *, spoilt: bool) -> str:
        """A newly drawn photo; a spoilt one has a background that is not white."""
        sex = self._application["applicant"]["sex"]
        content = portrait(self._chance, sex, background="#7d8794" if spoilt else "#fdfdfd")
        photo = await self._applicant.call(
            "上传照片",
            "POST",
            f"{_APPLICATIONS}/{self._application['id']}/attachments",
            expect=201,
            data={"kind": "photo"},
            files={"file": ("photo.jpg", content, "image/jpeg")},
        )
        advice = "；".join(item["message"] for item in photo["advice"])
        must(bool(advice) == spoilt, f"照片检查的提示应{'有' if spoilt else '无'}，实为：{advice or '无'}")
        self._narrator.outcome(
            f"照片 {photo['width']}×{photo['height']}{f'，提示：{advice}' if advice else ''}"
        )
        return str(photo["id"])

    async def _save(self, photo_id: str, form: dict[str, Any]) -> None:
        payload = {"institution_id": self._institution.id, "photo_id": photo_id, "form": form}
        self._application = await self._applicant.call(
            "保存申请表",
            "PATCH",
            f"{_APPLICATIONS}/{self._application['id']}",
            version=self._application["version"],
            json={"payload": payload},
        )
        must(self._application["payload"]["form"] == form, "保存后的申请表与填写的不同")

    async def _submit(self) -> None:
        number = self._application["number"]
        self._application = await self._applicant.call(
            "提交申请",
            "POST",
            f"{_APPLICATIONS}/{self._application['id']}/submission",
            version=self._application["version"],
        )
        self._check("institution_review")
        must(bool(self._application["number"]), "提交后没有受理号")
        must(number in (None, self._application["number"]), "重新提交后受理号变了")

    async def _be_returned(self) -> None:
        """The institution looks at form and photo, and returns the application."""
        await self._reviewer.sign_in()
        await self._find_in_queue(self._reviewer, "institution")
        photo = await self._reviewer.call(
            "查看照片",
            "GET",
            f"/institution/applications/{self._application['id']}"
            f"/attachments/{self._application['payload']['photo_id']}",
        )
        must(bytes(photo).startswith(_JPEG), "机构看到的照片不是 JPEG")
        remark = {"pointer": self._defect.pointer, "comment": self._defect.remark}
        await self._decide(
            self._reviewer,
            "institution",
            "return",
            "institution_returned",
            comment=self._defect.comment,
            field_comments=[remark],
        )
        self._narrator.outcome(f"退回意见：{self._defect.comment}（{self._defect.remark}）")

    async def _correct(self) -> None:
        """The applicant reads why and puts it right."""
        self._application = await self._applicant.call(
            "查看退回意见", "GET", f"{_APPLICATIONS}/{self._application['id']}"
        )
        last = self._application["timeline"][-1]
        must(last["comment"] == self._defect.comment, f"医师看到的退回意见不同：{last['comment']}")
        must(last["field_comments"][0]["pointer"] == self._defect.pointer, "退回意见没有指到字段")
        photo_id = self._application["payload"]["photo_id"]
        if self._defect.in_photo:
            photo_id = await self._upload(spoilt=False)
        await self._save(photo_id, self._form)

    async def _find_in_queue(self, desk: Desk, realm: str) -> None:
        """The application is in the office's list, and the summary counts it."""
        status = self._application["status"]
        page = await desk.call(
            "查看待办",
            "POST",
            f"/{realm}/applications/searches",
            json={"status": status, "name": self._application["applicant"]["name"], "limit": 100},
        )
        must(
            any(item["id"] == self._application["id"] for item in page["items"]),
            f"待办中没有 {self._application['number']}",
        )
        summary = await desk.call("查看待办数量", "GET", f"/{realm}/summary")
        self._narrator.outcome(f"待办 {summary['waiting']} 件，逾期 {summary['overdue']} 件")

    async def _decide(self, desk: Desk, realm: str, action: str, status: Status, **words: Any) -> None:
        """Opens the application, checks that the action is offered, and takes it."""
        path = f"/{realm}/applications/{self._application['id']}"
        seen = await desk.call("打开申请", "GET", path)
        offered = {item["action"]: item["title"] for item in seen["available_actions"]}
        must(action in offered, f"{seen['status_title']}时没有“{action}”，只有 {'、'.join(offered)}")
        self._application = await desk.call(
            offered[action],
            "POST",
            f"{path}/decisions",
            version=seen["version"],
            json={"action": action, "comment": opinion(self._chance, action).comment, **words},
        )
        self._check(status)

    def _check(self, status: Status) -> None:
        """The application stands where it must, and is passed on as a person would see it."""
        application = self._application
        must(
            application["status"] == status,
            f"状态应为 {status}，实为 {application['status']}（{application['status_title']}）",
        )
        steps = application["timeline"]
        reached = ["draft", *(step["to_status"] for step in steps)]
        must(
            [*(step["from_status"] for step in steps), status] == reached,
            "经过不连续：有一步不是从上一步的结果开始的",
        )
        desk = application["desk"]
        where = f"，在 {desk['office']}" if desk["office"] else ""
        until = f"，{desk['due_on']} 前办理" if desk["due_on"] else ""
        self._narrator.outcome(
            f"{application['number'] or '（尚无受理号）'}  {application['status_title']}{where}{until}"
        )

    async def _see_result(self, begun: float) -> Journey:
        """The doctor holds a valid registration at the institution, made by this application."""
        found = await self._applicant.call("查看执业注册", "GET", "/doctor/registrations")
        registration = next(
            (item for item in found["items"] if item["id"] == self._application["registration_id"]), None
        )
        if registration is None:
            raise DriveFailed("准予后没有执业注册")
        must(registration["status"] == "valid", f"执业注册不是有效：{registration['status_title']}")
        main = [item for item in registration["practices"] if item["kind"] == "main" and item["current"]]
        must(
            [item["institution_id"] for item in main] == [self._institution.id],
            "主要执业机构不是所申请的机构",
        )
        must(
            registration["history"][-1]["application_id"] == self._application["id"],
            "注册记录没有指向本次申请",
        )
        self._narrator.outcome(
            f"{registration['status_title']}，证书 {registration['certificate_number_masked']}，"
            f"主要执业机构 {main[0]['institution_name']}，"
            f"范围 {'、'.join(registration['techniques'])}／{'、'.join(registration['conditions'])}"
        )
        await self._see_notice()
        return Journey(
            application_id=self._application["id"],
            number=self._application["number"],
            registration_id=registration["id"],
            certificate_number_masked=registration["certificate_number_masked"],
            seconds=time.monotonic() - begun,
        )

    async def _see_notice(self) -> None:
        """The worker tells the applicant within seconds; it may not run beside a bare server."""
        give_up = time.monotonic() + NOTICE_SECONDS
        while time.monotonic() < give_up:
            page = await self._applicant.call("查看通知", "GET", "/me/notices")
            told = [item for item in page["items"] if item["application_id"] == self._application["id"]]
            if any(item["kind"] == "approve" for item in told):
                self._narrator.outcome(f"收到 {len(told)} 条通知")
                return
            await asyncio.sleep(1)
        self._narrator.outcome("通知尚未送达（后台进程未运行，或稍后送达）")
