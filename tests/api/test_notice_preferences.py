"""Doctors choose whether notices also come by SMS or mail; only what is verified can be chosen."""

from typing import Any

from tests.support.inbox import messages_to
from tests.support.people import Chain, Person

PATH = "/me/notice-preferences"
EMAIL = "notices.of.a.doctor@example.cn"


async def account_of(person: Person) -> str:
    return str((await person.get("/me"))["account"]["id"])


async def give_contacts(chain: Chain, superuser: Any, phone: str, *, email: str | None) -> None:
    """A verified phone, and an address that is verified too, as the flows for it leave them."""
    account = await account_of(chain.doctor)
    system = chain.cast.app.state.system
    await superuser.execute(
        "UPDATE account SET phone_sealed = $2, phone_index = $3, phone_verified_at = now() WHERE id = $1",
        account,
        system.sealer.seal(phone, "account.phone", account),
        system.blind_index.of("phone", phone),
    )
    if email is not None:
        await superuser.execute(
            "UPDATE account SET email_sealed = $2, email_verified_at = now() WHERE id = $1",
            account,
            system.sealer.seal(email, "account.email", account),
        )


async def forget_contacts(chain: Chain, superuser: Any) -> None:
    await superuser.execute(
        "UPDATE account SET phone_verified_at = NULL, email_verified_at = NULL WHERE id = $1",
        await account_of(chain.doctor),
    )


async def test_notices_go_to_the_portal_alone_unless_somebody_wants_more(
    chain: Chain, superuser: Any
) -> None:
    phone = "13911110001"
    await give_contacts(chain, superuser, phone, email=None)
    assert await chain.doctor.get(PATH) == {
        "sms": False,
        "email": False,
        "sms_available": True,
        "email_available": False,
    }
    await chain.take(chain.doctor, "submit")
    await chain.cast.work_off()
    assert len((await chain.doctor.get("/me/notices"))["items"]) == 1
    assert await messages_to(chain.cast, phone) == []


async def test_a_doctor_who_asked_for_it_hears_of_each_step_once(chain: Chain, superuser: Any) -> None:
    phone = "13911110002"
    await give_contacts(chain, superuser, phone, email=EMAIL)
    changed = await chain.doctor.call("PATCH", PATH, json={"sms": True})
    assert changed.status_code == 200, changed.text
    both = await chain.doctor.call("PATCH", PATH, json={"email": True})
    assert both.json() == {"sms": True, "email": True, "sms_available": True, "email_available": True}

    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "return", "请补充工作经历")
    await chain.cast.work_off()
    # The event is delivered once more, as after a worker's death.
    await superuser.execute(
        "UPDATE outbox_event SET finished_at = NULL WHERE kind = 'application.moved'"
        " AND payload ->> 'application_id' = $1",
        chain.id,
    )
    await chain.cast.work_off()

    number = chain.application["number"]
    texts = await messages_to(chain.cast, phone)
    assert [one["text"] for one in reversed(texts)] == [
        f"【中医医师注册】申请 {number} 已提交，等待 {chain.place.name} 审核。请登录系统查看。",
        f"【中医医师注册】申请 {number} 被机构退回，请按意见修改后重新提交。请登录系统查看。",
    ]
    mails = await messages_to(chain.cast, EMAIL)
    assert {one["subject"] for one in mails} == {"您的申请有新进展"}
    assert len(mails) == 2
    assert all(one["sent_at"] is not None for one in (*texts, *mails))


async def test_what_is_no_longer_verified_gets_no_notices(chain: Chain, superuser: Any) -> None:
    phone = "13911110003"
    await give_contacts(chain, superuser, phone, email=None)
    await chain.doctor.call("PATCH", PATH, json={"sms": True})
    await forget_contacts(chain, superuser)
    await chain.take(chain.doctor, "submit")
    await chain.cast.work_off()
    assert await messages_to(chain.cast, phone) == []


async def test_what_nobody_verified_cannot_be_switched_on_but_off(chain: Chain, superuser: Any) -> None:
    await forget_contacts(chain, superuser)
    refused = await chain.doctor.call("PATCH", PATH, json={"sms": True, "email": True})
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/sms", "phone_not_verified"),
        ("/email", "email_not_verified"),
    ]
    switched_off = await chain.doctor.call("PATCH", PATH, json={"sms": False, "email": False})
    assert switched_off.status_code == 200
    unknown = await chain.doctor.call("PATCH", PATH, json={"portal": False})
    assert unknown.status_code == 422
    assert (await chain.institution.call("GET", PATH)).status_code == 403
