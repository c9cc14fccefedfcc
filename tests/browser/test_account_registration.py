"""账户注册 as a new user walks it: both pages, what is refused and why, and what is not lost on the way."""

import re

import pytest
from playwright.sync_api import Page, expect

from registry_api.practitioners.identity import id_number_check_digit
from tests.browser import account_steps as person_does
from tests.browser.account_states import run
from tests.browser.doctor_steps import expect_faults, start_registration
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.server import Server

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
NEXT = "确定，继续"
_DRAWN_WIDTH = "(image) => image.decode().then(() => image.naturalWidth)"
_LENGTH = "(player) => new Promise((done) => { const look = () => done(player.duration);"
_LENGTH += " player.readyState ? look() : player.addEventListener('loadedmetadata', look) })"


@WIDTHS
def test_a_newcomer_comes_to_an_account_that_can_apply(visitors: Visitors, width: int) -> None:
    person = visitors.newcomer()
    login_name = f"new{person.id_number[-6:-1]}{width}"
    page = visitors.arrive("/doctor/", width)
    page.get_by_role("link", name="注册新账号").click()
    person_does.expect_heading(page, "填写身份信息")
    assert page.get_by_role("img", name="验证码图片").evaluate(_DRAWN_WIDTH) > 0
    found = look(page, "register")
    with page.expect_response("**/audio") as sound:
        page.get_by_role("button", name="听验证码").click()
    assert (sound.value.status, sound.value.headers["content-type"]) == (200, "audio/wav")
    assert page.get_by_label("验证码语音").evaluate(_LENGTH) > 3
    found += look(page, "register heard")

    page.get_by_role("button", name="阅读隐私政策").click()
    policy = page.get_by_role("dialog", name="隐私政策")
    expect(policy.get_by_role("heading", name="隐私政策")).to_have_count(1)
    expect(policy.get_by_role("columnheader", name="用途")).to_be_visible()
    found += look(page, "policy")
    policy.get_by_role("button", name="我已阅读").click()
    page.get_by_role("button", name=NEXT).click()
    expect_faults(page, "请填写姓名。", "请填写身份证号。", "请完成验证。", "请阅读隐私政策，同意后勾选。")
    found += look(page, "register with faults")

    page.get_by_label("您的姓名").fill(person.name)
    page.get_by_label("身份证号").fill(person.id_number)
    person_does.prove_human(page)
    page.get_by_label("我同意隐私政策").check()
    found += look(page, "register filled in")
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "设置账号")
    page.get_by_role("button", name=NEXT).click()
    expect_faults(page, "请填写手机号。", "请设置登录名。", "请设置密码。", "请再输入一次密码。")
    found += look(page, "account with faults")
    _fill_in_account(page, person.phone, login_name, person_does.PASSWORD)
    found += look(page, "account")
    page.get_by_role("button", name=NEXT).click()

    person_does.expect_heading(page, "注册成功")
    expect(page.get_by_text(login_name, exact=True)).to_be_visible()
    page.get_by_role("button", name="显示绑定二维码").click()
    code = page.get_by_role("img", name="微信扫码二维码")
    expect(code).to_be_visible()
    assert code.evaluate(_DRAWN_WIDTH) > 0
    found += look(page, "registered")
    page.get_by_role("link", name="点击下一步").click()
    expect(page.get_by_label("登录名或手机号")).to_have_value(login_name)
    page.get_by_label("密码", exact=True).fill(person_does.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()

    person_does.expect_heading(page, "账户激活")
    expect(page.get_by_text("校验通过").first).to_be_visible()
    found += look(page, "identity matched")
    page.get_by_role("button", name="继续", exact=True).click()
    expect(page.get_by_role("heading", name="验证手机")).to_be_focused()
    found += look(page, "phone")
    page.get_by_role("button", name="点击此处验证手机").click()
    expect(page.get_by_role("button", name="向手机发送校验码")).to_be_focused()
    found += look(page, "phone opened")
    person_does.ask_for_code(page)
    page.get_by_label("校验码", exact=True).fill(person_does.code_for(page, person.phone))
    found += look(page, "phone code")
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="激活账户")).to_be_focused()
    found += look(page, "certificate")
    person_does.activate(page, person)
    expect(page.get_by_role("heading", level=2, name="账户已激活")).to_be_focused()
    found += look(page, "activated")
    page.get_by_role("link", name="去业务申请").click()
    start_registration(page)

    assert found == []


@WIDTHS
def test_who_is_registered_is_shown_the_ways_back_and_a_stranger_hears_nothing(
    visitors: Visitors, watch: Watch, width: int
) -> None:
    watch.expected.append("409")
    person, _ = visitors.account_owner()
    page = visitors.arrive("/doctor/register", width)
    _fill_in_person(page, person.name, person.id_number)
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "这个身份证号已经注册过")
    for way in ("找回登录名", "重置密码", "提出身份异议"):
        expect(page.get_by_role("link", name=way)).to_be_visible()
    found = look(page, "known")

    page.get_by_role("link", name="返回重新填写").click()
    _fill_in_person(page, "欧阳某", person.id_number)
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "设置账号")
    _fill_in_account(page, person.phone, f"str{person.id_number[-6:-1]}{width}", person_does.PASSWORD)
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "这个身份证号已经注册过")

    assert found == []


@WIDTHS
def test_each_wrong_id_number_says_what_is_wrong_and_costs_no_new_proof(
    visitors: Visitors, watch: Watch, width: int
) -> None:
    watch.expected.append("422")
    person = visitors.newcomer()
    page = visitors.arrive("/doctor/register", width)
    _fill_in_person(page, person.name, "")
    other = "1" if person.id_number.endswith("0") else "0"
    wrong = {
        person.id_number[:-1]: "身份证号应为 18 位，请核对。",
        f"{person.id_number[:-1]}{other}": "身份证号有误，请照身份证逐位核对。",
        _number("99010119600101001"): "身份证号前两位的地区代码不正确，请核对。",
        _number("11010119601301001"): "身份证号中的出生日期不正确，请核对第 7 至 14 位。",
        _number("11010120200101001"): "本系统为年满 18 周岁的医师开立账户，请核对身份证号。",
    }
    for number, message in wrong.items():
        page.get_by_label("身份证号").fill(number)
        page.get_by_role("button", name=NEXT).click()
        expect_faults(page, message)
        expect(page.get_by_label("身份证号")).to_have_value(number)
        expect(page.get_by_text("设备已完成验证，可以继续。").first).to_be_visible()
    found = look(page, "wrong number")

    spaced = f"{person.id_number[:6]} {person.id_number[6:14]} {person.id_number[14:]}".lower()
    page.get_by_label("身份证号").fill(spaced)
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "设置账号")

    assert found == []


def test_a_wrong_captcha_is_exchanged(visitors: Visitors, watch: Watch) -> None:
    watch.expected.append("422")
    person = visitors.newcomer()
    page = visitors.arrive("/doctor/register", PHONE)
    page.get_by_label("您的姓名").fill(person.name)
    page.get_by_label("身份证号").fill(person.id_number)
    page.get_by_label("我同意隐私政策").check()
    picture = page.get_by_role("img", name="验证码图片")
    before = picture.get_attribute("src")
    # No captcha has a 1.
    page.get_by_label("验证码", exact=True).fill("11111")
    page.get_by_role("button", name=NEXT).click()
    expect_faults(page, "验证码不正确或已过期，已换一张。")
    expect(picture).to_be_visible()
    assert picture.get_attribute("src") != before
    expect(page.get_by_label("验证码", exact=True)).to_have_value("")
    expect(page.get_by_label("您的姓名")).to_have_value(person.name)


@WIDTHS
def test_a_login_name_and_a_password_that_will_not_do_say_why(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected.append("422")
    person = visitors.newcomer()
    page = visitors.arrive("/doctor/register", width)
    _fill_in_person(page, person.name, person.id_number)
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "设置账号")
    taken = next(login.login_name for login in server.logins if login.realm == "doctor")
    for name, message in {
        "中医": "登录名以英文字母开头",
        "ab": "登录名以英文字母开头",
        "li-ming": "登录名以英文字母开头",
        f"a{person.phone}": "登录名不能像手机号或身份证号",
        taken: "这个登录名已有人使用",
        taken.upper(): "这个登录名已有人使用",
    }.items():
        _fill_in_account(page, person.phone, name, person_does.PASSWORD)
        page.get_by_role("button", name=NEXT).click()
        expect_faults(page, message)
        expect(page.get_by_label("登录密码", exact=True)).to_have_value(person_does.PASSWORD)
    found = look(page, "taken name")

    name = f"p{person.id_number[-6:-1]}{width}"
    for password, message in {
        "ab123": "密码至少 6 位。",
        "Banxia47xkBanxia4": "密码最多 16 位，请改短一些。",
        "12345678": "密码里要有字母。",
        "banxiaxk": "密码里要有数字。",
        "abc123": "这个密码太常见",
        f"a{person.phone}": "密码不能由姓名、身份证号、出生日期、手机号或登录名组成。",
        "Ban xia 47": "密码只能使用英文字母和数字。",
    }.items():
        _fill_in_account(page, person.phone, name, password)
        page.get_by_role("button", name=NEXT).click()
        expect_faults(page, message)
        expect(page.get_by_label("登录密码", exact=True)).to_have_value(password)
    found += look(page, "wrong password")
    page.get_by_label("登录密码", exact=True).fill(person_does.PASSWORD)
    page.get_by_label("确认密码", exact=True).fill(person_does.PASSWORD.upper())
    page.get_by_role("button", name=NEXT).click()
    expect_faults(page, "两次输入的密码不一样。")

    assert found == []


@WIDTHS
def test_a_ticket_that_has_expired_loses_only_the_password(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected.append("410")
    person = visitors.newcomer()
    name = f"late{person.id_number[-6:-1]}{width}"
    page = visitors.arrive("/doctor/register", width)
    _fill_in_person(page, person.name, person.id_number)
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "设置账号")
    _fill_in_account(page, person.phone, name, person_does.PASSWORD)
    run(
        server,
        "UPDATE one_time_ticket SET expires_at = now() WHERE id ="
        " (SELECT id FROM one_time_ticket WHERE kind = 'account_registration' ORDER BY id DESC LIMIT 1)",
    )
    page.get_by_role("button", name=NEXT).click()
    alert = page.get_by_role("alert").filter(has_text="填写时间超过了 30 分钟")
    expect(alert).to_be_focused()
    expect(alert).to_be_in_viewport()
    found = look(page, "expired")

    page.get_by_role("button", name="回到第 1 步").click()
    expect(page.get_by_label("您的姓名")).to_have_value(person.name)
    expect(page.get_by_label("身份证号")).to_have_value(person.id_number)
    expect(page.get_by_label("我同意隐私政策")).to_be_checked()
    person_does.prove_human(page)
    page.get_by_role("button", name=NEXT).click()
    expect(page.get_by_label("手机号")).to_have_value(person.phone)
    expect(page.get_by_label("登录名")).to_have_value(name)
    page.get_by_label("登录密码", exact=True).fill(person_does.PASSWORD)
    page.get_by_label("确认密码", exact=True).fill(person_does.PASSWORD)
    page.get_by_role("button", name=NEXT).click()
    person_does.expect_heading(page, "注册成功")

    page.reload()
    expect(page.get_by_label("登录名或手机号")).to_be_visible()
    expect(page).to_have_url(re.compile("/sign-in"))

    assert found == []


@WIDTHS
def test_the_privacy_policy_has_one_title_and_a_table(visitors: Visitors, width: int) -> None:
    page = visitors.arrive("/doctor/privacy", width)
    expect(page.get_by_role("heading", name="隐私政策")).to_have_count(1)
    expect(page.get_by_role("heading", level=2)).to_have_count(9)
    expect(page.get_by_role("columnheader", name="信息", exact=True)).to_be_visible()
    assert look(page, "privacy") == []


def _fill_in_person(page: Page, name: str, id_number: str) -> None:
    page.get_by_label("您的姓名").fill(name)
    page.get_by_label("身份证号").fill(id_number)
    person_does.prove_human(page)
    page.get_by_label("我同意隐私政策").check()


def _fill_in_account(page: Page, phone: str, login_name: str, password: str) -> None:
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("登录名").fill(login_name)
    page.get_by_label("登录密码", exact=True).fill(password)
    page.get_by_label("确认密码", exact=True).fill(password)


def _number(first17: str) -> str:
    return first17 + id_number_check_digit(first17)
