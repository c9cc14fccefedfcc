"""What the staff of institutions and authorities do in their portals, page by page."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect


def open_case(page: Page, applicant: str, number: str, *, queue: str) -> None:
    """From the queue of a status, by the applicant's name, to the case."""
    realm = urlsplit(page.url).path.split("/")[1]
    page.goto(f"/{realm}/applications?status={queue}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 ")
    page.get_by_label("姓名", exact=True).fill(applicant)
    page.get_by_role("button", name="查询").click()
    row = page.get_by_role("row").filter(has_text=number)
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(applicant)
    expect(page.get_by_role("main").get_by_text(number, exact=True).first).to_be_visible()


def number_of(page: Page) -> str:
    """The 受理号 of the case that is open."""
    number = page.locator(".case-facts .copy-text")
    expect(number).not_to_be_empty()
    return number.inner_text()


def pin(page: Page, label: str, comment: str) -> None:
    """Pins a comment to a field of the form."""
    page.get_by_role("button", name=f"批注：{label}", exact=True).click()
    page.get_by_label(f"对“{label}”的意见").fill(comment)


def decide(page: Page, title: str, number: str, opinion: str = "", *, asks: bool = True) -> None:
    """Gives an opinion, presses the action's button, confirms if it `asks`, and sees that it is done."""
    if opinion:
        page.get_by_label("办理意见").fill(opinion)
    press(page, title, asks=asks)
    expect(page.get_by_text(f"已办理：{title}（{number}）")).to_be_visible()


def press(page: Page, title: str, *, asks: bool = True) -> None:
    """Presses the action's button and confirms if it `asks`; what comes then is the test's."""
    page.get_by_role("complementary", name="办理").get_by_role("button", name=title, exact=True).click()
    if asks:
        page.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
