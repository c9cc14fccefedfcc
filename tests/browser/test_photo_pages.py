"""A photo's way on the pages: uploaded and cropped by the doctor, returned and approved by the institution."""

import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import registered_doctor
from tests.browser.test_accessibility import look
from tests.support.server import Server


def picture(background: str, size: tuple[int, int] = (900, 1262)) -> FilePayload:
    """A head over shoulders."""
    width, height = size
    image = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.28, height * 0.15, width * 0.72, height * 0.6), fill=(205, 170, 150))
    draw.ellipse((width * 0.05, height * 0.65, width * 0.95, height * 1.5), fill=(30, 40, 60))
    content = io.BytesIO()
    image.save(content, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def to_photos(doctor: Page) -> None:
    """The manual's way: 信息维护 → 更新个人信息 → 点击进入."""
    doctor.get_by_role("main").get_by_role("link", name="信息维护").click()
    expect(doctor.get_by_role("heading", level=1)).to_have_text("更新个人信息")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_photo_is_cropped_returned_uploaded_anew_and_approved(
    visitors: Visitors, server: Server, width: int
) -> None:
    held = registered_doctor(visitors, server)
    doctor = visitors.sign_in(held.login, width, "mine")
    to_photos(doctor)
    enter = doctor.get_by_role("link", name=f"点击进入：{held.place.name}")
    expect(enter).to_be_visible()
    found = look(doctor, "which registration")
    enter.click()
    expect(doctor.get_by_text("还没有照片")).to_be_visible()  # an authority handled the registration directly

    # Another shape is cropped, and what is wrong with the part is said meanwhile.
    doctor.get_by_label("上传新照片").set_input_files(picture("steelblue", (1400, 1262)))
    dialog = doctor.get_by_role("dialog", name="裁剪照片")
    expect(dialog.get_by_text("背景似乎不是白色")).to_be_visible()
    dialog.get_by_label("缩放").fill("4")
    expect(dialog.get_by_text("选中的部分太小，不能使用")).to_be_visible()
    dialog.get_by_role("button", name="使用这张照片").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("缩放").fill("2.8")
    expect(dialog.get_by_text("像素偏低")).to_be_visible()
    dialog.get_by_label("缩放").fill("1.2")
    expect(dialog.get_by_text("像素偏低")).to_have_count(0)
    found += look(doctor, "crop")
    dialog.get_by_role("button", name="使用这张照片").click()
    expect(doctor.get_by_text("照片已上传，等待医疗机构审核。")).to_be_focused()
    expect(doctor.get_by_role("img", name="等待审核的照片")).to_be_visible()
    expect(doctor.get_by_text(f"等待 {held.place.name} 审核")).to_be_visible()
    found += look(doctor, "pending")

    clerk = visitors.sign_in(held.place.handler, width, "photos")
    card = clerk.get_by_role("article", name=held.name)
    expect(card.get_by_text("还没有照片")).to_be_visible()
    expect(card.get_by_role("img", name=f"{held.name} 上传的照片")).to_be_visible()
    expect(card.get_by_text("照片的背景似乎不是白色")).to_be_visible()
    found += look(clerk, "queue")
    card.get_by_role("button", name=f"退回 {held.name} 的照片").click()
    clerk.get_by_role("dialog").get_by_role("button", name="退回").click()
    expect(clerk.get_by_text("请填写退回原因。")).to_be_visible()
    found += look(clerk, "reason missing")
    clerk.get_by_role("button", name="照片背景不是白色，请上传白底照片。").click()
    clerk.get_by_role("dialog").get_by_role("button", name="退回").click()
    expect(clerk.get_by_text(f"{held.name} 的照片已退回。")).to_be_visible()
    expect(clerk.get_by_role("article", name=held.name)).to_have_count(0)

    doctor.reload()
    expect(doctor.get_by_text("上一张照片没有通过审核：")).to_be_visible()
    expect(doctor.get_by_text("原因：照片背景不是白色，请上传白底照片。")).to_be_visible()
    found += look(doctor, "returned")
    doctor.get_by_label("上传新照片").set_input_files(picture("white"))
    expect(doctor.get_by_role("img", name="等待审核的照片")).to_be_visible()
    doctor.get_by_role("button", name="撤回这张照片").click()
    doctor.get_by_role("dialog").get_by_role("button", name="撤回这张照片").click()
    expect(doctor.get_by_text("照片已撤回。")).to_be_visible()
    doctor.get_by_label("上传新照片").set_input_files(picture("white"))
    expect(doctor.get_by_role("img", name="等待审核的照片")).to_be_visible()

    clerk.get_by_role("link", name="待审核", exact=True).click()
    clerk.get_by_label("医师姓名").fill(held.name)
    clerk.get_by_role("button", name="查询").click()
    expect(card.get_by_text("系统没有发现照片的大小或背景有问题。")).to_be_visible()
    # By keys: to the first, to its button, and then it is pressed.
    clerk.get_by_role("button", name="查询").blur()
    clerk.keyboard.press("j")
    expect(card.get_by_role("heading", name=held.name)).to_be_focused()
    clerk.keyboard.press("a")
    expect(card.get_by_role("button", name=f"通过 {held.name} 的照片")).to_be_focused()
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_text(f"{held.name} 的新照片已通过。")).to_be_visible()
    clerk.get_by_role("link", name="未通过").click()
    expect(clerk.get_by_role("article", name=held.name).get_by_text("照片背景不是白色")).to_be_visible()
    found += look(clerk, "decided")

    doctor.reload()
    expect(doctor.get_by_role("img", name="现在使用的照片")).to_be_visible()
    expect(doctor.get_by_role("img", name="等待审核的照片")).to_have_count(0)
    expect(doctor.get_by_text("已撤回")).to_be_visible()
    found += look(doctor, "approved")
    doctor.get_by_label("上传新照片").set_input_files(picture("white"))
    expect(doctor.get_by_role("img", name="等待审核的照片")).to_be_visible()
    expect(doctor.get_by_role("img", name="现在使用的照片")).to_be_visible()
    found += look(doctor, "current and pending")

    clerk.get_by_role("link", name="待审核", exact=True).click()
    expect(card.get_by_role("img", name=f"{held.name} 的现用照片")).to_be_visible()
    expect(card.get_by_role("img", name=f"{held.name} 上传的照片")).to_be_visible()
    card.get_by_label(f"选择 {held.name} 的照片").check()
    found += look(clerk, "side by side")
    clerk.get_by_role("button", name="通过所选 1 张").click()
    expect(clerk.get_by_text("已通过 1 张照片。")).to_be_visible()
    doctor.reload()
    expect(doctor.get_by_text("曾经使用")).to_be_visible()
    assert found == []


def test_who_is_not_registered_is_told_so(visitors: Visitors) -> None:
    doctor = visitors.sign_in(visitors.fresh_doctor().login, PHONE, "mine")
    to_photos(doctor)

    expect(doctor.get_by_text("未注册医疗机构的医师不可更新个人信息")).to_be_visible()
    assert look(doctor, "not registered") == []
