"""A lost phone and 身份异议: the applicant, the desk that decides, and what becomes of the account."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import account_steps as owner_does
from tests.browser import identity_steps as people_do
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.server import Server

UPHELD = "经核对身份证原件照片，情况属实，予以处理。"
OLD_PHONE_DEAD = "原手机号不用了"


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_who_lost_the_phone_gets_in_with_a_new_one(
    visitors: Visitors, server: Server, watch: Watch, tmp_path: Path, width: int
) -> None:
    watch.expected += ["403", "404"]
    person, login = visitors.account_owner()
    new_phone = visitors.newcomer().phone
    place = server.pool.institutions[0]
    page = visitors.arrive("/doctor/", width)
    page.get_by_role("link", name=OLD_PHONE_DEAD).click()
    owner_does.expect_heading(page, "更换手机申请")
    page.get_by_role("button", name="提交", exact=True).click()
    for fault in ("请填写姓名。", "请选择所在地区。", "请至少加入一张证明材料的照片。"):
        expect(page.get_by_role("alert").get_by_text(fault)).to_be_visible()
    found = look(page, "faults")
    people_do.fill_in_claim(page, person)
    page.get_by_label("新手机号").fill(new_phone)
    people_do.choose_division(page, people_do.desk_of(page, place))
    page.get_by_label("证明材料").set_input_files(
        {"name": "说明.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    expect(page.get_by_text("说明.txt 不是 JPEG 或 PNG 照片，没有加入。")).to_be_visible()
    people_do.add_proofs(page, tmp_path, 2)
    page.get_by_role("button", name="去掉 身份证1.jpg").click()
    found += look(page, "filled in")
    opened = people_do.submit_claim(page)
    found += look(page, "opened")
    page.get_by_role("link", name="查询办理结果").click()
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="待核实")).to_be_visible()
    found += look(page, "status")

    clerk = visitors.sign_in(place.authority_approver)
    expect(clerk.get_by_role("link", name=re.compile("身份事项有 .+ 件"))).to_be_visible()
    people_do.open_case(clerk, opened, person.name)
    expect(clerk.get_by_text("查到账户，账户姓名与申请人填写的一致")).to_be_visible()
    found += look(clerk, "case")
    clerk.get_by_role("button", name="证明材料第 1 张").click()
    expect(clerk.get_by_role("dialog").get_by_role("img")).to_be_visible()
    found += look(clerk, "proof")
    clerk.keyboard.press("Escape")
    clerk.get_by_role("button", name="情况属实，予以处理", exact=True).click()
    expect(clerk.get_by_text("请填写办理意见。")).to_be_visible()
    found += look(clerk, "no opinion")
    clerk.get_by_role("button", name=UPHELD).click()
    people_do.decide(clerk, "情况属实，予以处理", "账户的手机换成新号码")
    expect(clerk.get_by_text("这件事项已经办结。")).to_be_visible()
    expect(clerk.get_by_text(UPHELD)).to_be_visible()
    clerk.get_by_role("link", name="返回列表").click()
    clerk.get_by_role("link", name="已予处理").click()
    expect(clerk.get_by_role("row").filter(has_text=opened.number)).to_be_visible()
    found += look(clerk, "list")

    page.reload()
    people_do.look_up(page, people_do.Opened(opened.number, "no-such-token"), shown=False)
    expect(page.get_by_role("alert")).to_be_visible()
    card = people_do.look_up(page, opened)
    expect(card.get_by_role("heading", name="已核实，予以处理")).to_be_visible()
    expect(card.get_by_text(UPHELD)).to_be_visible()
    found += look(page, "outcome")
    card.get_by_role("link", name="去登录").click()
    owner_does.sign_in(page, login.login_name, login.password)
    owner_does.ask_for_code(page)
    page.get_by_label("校验码", exact=True).fill(owner_does.code_for(page, new_phone))
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=re.compile(person.name))).to_be_visible()
    assert found == []


def test_who_was_registered_by_somebody_else_gets_the_number_back(
    visitors: Visitors, server: Server, watch: Watch, tmp_path: Path
) -> None:
    watch.expected += ["401", "403", "409"]
    person, holder = visitors.account_owner()
    place = server.pool.institutions[0]
    page = visitors.arrive("/doctor/identity-dispute", PHONE)
    page.get_by_label("我的身份证号被别人注册了").check()
    people_do.fill_in_claim(page, person, name="司徒真")
    page.get_by_label("手机号", exact=True).fill(visitors.newcomer().phone)
    people_do.choose_division(page, people_do.desk_of(page, place))
    people_do.add_proofs(page, tmp_path)
    found = look(page, "dispute")
    opened = people_do.submit_claim(page)

    handler = visitors.sign_in(place.authority_handler)
    people_do.open_case(handler, opened, "司徒真")
    expect(handler.get_by_text("由本机关审批人或管理员核实决定。")).to_be_visible()
    expect(handler.get_by_role("button", name="开始核实")).to_have_count(0)
    approver = visitors.sign_in(place.authority_approver)
    people_do.open_case(approver, opened, "司徒真")
    expect(approver.get_by_text("账户登记的姓名不是申请人。")).to_be_visible()
    found += look(approver, "another name")
    people_do.decide(approver, "开始核实", "被异议的账户会暂停使用")
    expect(people_do.look_up(page, opened).get_by_role("heading", name="核实中")).to_be_visible()
    false = visitors.arrive("/doctor/", known_to=holder)
    owner_does.sign_in(false, holder.login_name, holder.password)
    expect(false.get_by_text("登录名或密码不正确").first).to_be_visible()
    people_do.decide(approver, "情况属实，予以处理", "被异议的账户会关闭", UPHELD)
    card = people_do.look_up(page, opened)
    card.get_by_role("link", name="去注册账号").click()
    owner_does.expect_heading(page, "填写身份信息")
    assert found == []


def test_two_deciders_do_not_decide_twice(
    visitors: Visitors, server: Server, watch: Watch, tmp_path: Path
) -> None:
    watch.expected += ["409"]
    place = server.pool.institutions[0]
    stranger = visitors.newcomer()
    page = visitors.arrive("/doctor/identity-dispute")
    page.get_by_label("我账户里的姓名或身份证号有误，需要更正").check()
    people_do.fill_in_claim(page, stranger)
    page.get_by_label("登录名").fill("nobody-has-this")
    page.get_by_label("手机号", exact=True).fill(stranger.phone)
    people_do.choose_division(page, people_do.desk_of(page, place))
    people_do.add_proofs(page, tmp_path)
    opened = people_do.submit_claim(page)
    first, second = (visitors.sign_in(place.authority_approver) for _ in range(2))
    for clerk in (first, second):
        people_do.open_case(clerk, opened, stranger.name)
        expect(clerk.get_by_text("提交时没有查到对应的账户。")).to_be_visible()
    people_do.decide(first, "不予支持", "账户不作改变", "没有查到账户，请直接注册。")
    second.get_by_label("办理意见").fill("情况属实。")
    second.get_by_role("button", name="情况属实，予以处理", exact=True).click()
    dialog = second.get_by_role("dialog")
    dialog.get_by_role("button", name="情况属实，予以处理", exact=True).click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    second.keyboard.press("Escape")
    expect(second.get_by_text("没有查到账户，请直接注册。")).to_be_visible()
    card = people_do.look_up(page, opened)
    expect(card.get_by_role("heading", name="未予支持")).to_be_visible()
