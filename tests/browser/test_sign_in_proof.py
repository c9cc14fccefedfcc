"""After wrong passwords the sign-in asks whether somebody is there; what was proved is not asked for twice."""

import pytest
from playwright.sync_api import expect

from registry_api.accounts.sign_in import FREE_ATTEMPTS
from tests.browser import account_steps as person_does
from tests.browser.doctor_steps import expect_faults
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_proof_lasts_until_it_is_used_up_and_is_then_made_anew(
    visitors: Visitors, watch: Watch, width: int
) -> None:
    watch.expected += ["401", "403"]
    _, login = visitors.account_owner()
    page = visitors.arrive("/doctor/", width, known_to=login)
    refusal = page.get_by_role("alert").filter(has_text="登录名或密码不正确")
    for _ in range(FREE_ATTEMPTS):
        with page.expect_response("**/sessions"):
            person_does.sign_in(page, login.login_name, "Wrong47xk")
        expect(refusal).to_be_visible()
    person_does.prove_human(page)
    found = look(page, "sign-in with proof")

    page.get_by_label("密码", exact=True).fill("")
    page.get_by_role("button", name="登录", exact=True).click()
    expect_faults(page, "请填写密码。")
    proved = page.get_by_text("设备已完成验证，可以继续。").first
    expect(proved).to_be_visible()

    with page.expect_response("**/captchas/challenges") as another:
        person_does.sign_in(page, login.login_name, "Wrong48xk")
    assert another.value.status == 201
    expect(refusal).to_be_visible()
    person_does.prove_human(page)
    person_does.sign_in(page, login.login_name, login.password)
    expect(page.get_by_role("navigation", name="主菜单")).to_be_visible()

    assert found == []
