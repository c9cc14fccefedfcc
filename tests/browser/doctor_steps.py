"""What a doctor does in the portal, page by page."""

from playwright.sync_api import Page, expect

from registry_api.demo.chance import Chance
from registry_api.demo.portraits import portrait

NEXT = "确认，下一步"
_CHOICES = {"性别": "男", "民族": "汉族", "学历": "传统医学师承和确有专长"}
_TEXTS = {
    "家庭地址": "泉城路街道 18 号院 2 号楼 301 室",
    "邮政编码": "250001",
    "健康状况": "良好",
    "业务水平考核机构": "2024 年 6 月，省中医药管理局组织考核，合格",
    "何时何地因何种原因": "无",
}
_WORK = {
    "起（年-月）": "2012-03",
    "止（年-月）": "至今",
    "单位": "城关镇李氏中医诊所",
    "职务": "跟师学习",
    "证明人": "李建国",
}


def start_registration(page: Page) -> None:
    """From any page to the first step of a new 执业注册."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="业务申请").click()
    expect(page.get_by_role("heading", name="业务申请", level=1)).to_be_visible()
    page.get_by_role("button", name="：中医（专长）医师注册").click()
    expect(page.get_by_role("button", name=NEXT)).to_be_visible()


def open_step(page: Page, code: str) -> None:
    """By address to a step of the application that is open at its first step."""
    page.goto(f"{page.url.partition('/edit')[0]}/edit/{code}")


def upload_photo(page: Page) -> None:
    """A white-ground portrait of the right shape needs no cropping."""
    photo = portrait(Chance(1, "journey", 1), "1")
    page.get_by_label("个人照片").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    expect(page.get_by_text("照片已上传。")).to_be_visible()


def choose_institution(page: Page, name: str, *, by_keyboard: bool) -> None:
    """Searches an institution by its name and takes the one of that name."""
    page.get_by_label("拟执业机构").fill(name)
    if by_keyboard:
        offered = page.get_by_role("listbox", name="查找医疗机构")
        expect(offered.get_by_role("option").first).to_contain_text(name)
        page.get_by_label("拟执业机构").press("ArrowDown")
        page.get_by_label("拟执业机构").press("Enter")
        expect(page.get_by_text("更换机构", exact=True)).to_be_focused()
    else:
        page.get_by_role("radio", name=name).check()
    expect(page.get_by_role("main").get_by_text(name, exact=True)).to_be_visible()


def fill_in_form(page: Page) -> None:
    """Everything that 业务打印表单 requires."""
    for label, choice in _CHOICES.items():
        page.get_by_label(label).select_option(label=choice)
    for label, words in _TEXTS.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="添加一条").click()
    work = page.get_by_role("group", name="个人工作经历")
    for label, words in _WORK.items():
        work.get_by_label(label).fill(words)
    page.get_by_label("本人声明").check()


def go_on(page: Page) -> None:
    """To the next step."""
    page.get_by_role("button", name=NEXT).click()


def expect_faults(page: Page, *messages: str) -> None:
    """The summary of what is wrong is there, complete for these messages, and has the focus."""
    summary = page.get_by_role("alert").filter(has_text="请先修正以下问题")
    expect(summary).to_be_focused()
    for message in messages:
        expect(summary.get_by_role("link", name=message)).to_be_visible()


def expect_saved(page: Page) -> None:
    """Everything is saved, and the page says so."""
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()


def submit(page: Page) -> str:
    """Submits what was checked; gives the 受理号."""
    page.get_by_role("button", name="提交此业务").click()
    expect(page.get_by_role("heading", name="已提交", level=1)).to_be_visible()
    number = page.locator("main .success-number .copy-text")
    expect(number).not_to_be_empty()
    return number.inner_text()
