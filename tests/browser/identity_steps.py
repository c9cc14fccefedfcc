"""What applicants and desks do about 身份事项."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from registry_api.demo.people import DemoPerson
from tests.browser.account_steps import expect_heading, prove_human
from tests.support.identity_desk import scan


@dataclass(frozen=True)
class Opened:
    """What the applicant keeps."""

    number: str
    token: str


def fill_in_claim(page: Page, person: DemoPerson, name: str | None = None) -> None:
    """Name and ID number, and a few words."""
    page.get_by_label("姓名", exact=True).fill(name or person.name)
    page.get_by_label("身份证号", exact=True).fill(person.id_number)
    page.get_by_label("情况说明").fill("原来的号码已经停用。\n请核实后更换。")


def choose_division(page: Page, code: str) -> None:
    """From the province down to the county."""
    for label, value in (("省", f"{code[:2]}0000"), ("市", f"{code[:4]}00"), ("县", code)):
        page.locator(f'select[aria-label^="{label}"]').select_option(value)


def add_proofs(page: Page, folder: Path, count: int = 1) -> None:
    """Photos, as a phone takes them."""
    page.get_by_label("证明材料").set_input_files([picture(folder, number) for number in range(count)])


def picture(folder: Path, number: int) -> Path:
    """A photo in the folder; each is another file."""
    file = folder / f"身份证{number}.jpg"
    file.write_bytes(scan((900 + number, 600)))
    return file


def submit_claim(page: Page) -> Opened:
    """Proves that somebody is there, sends, and reads what the page shows once."""
    prove_human(page)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="已提交")).to_be_focused()
    number, token = page.locator(".copy-text").all_inner_texts()
    return Opened(number.strip(), token.strip())


def look_up(page: Page, opened: Opened, *, shown: bool = True) -> Locator:
    """The page that tells where a case stands, reached by typing number and token."""
    page.goto("/doctor/cases")
    expect_heading(page, "身份事项查询")
    page.get_by_label("编号").fill(opened.number)
    page.get_by_label("查询码").fill(opened.token)
    page.get_by_role("button", name="查询", exact=True).click()
    card = page.get_by_role("main").locator("section.card")
    if shown:
        expect(card.get_by_text(opened.number)).to_be_visible()
    return card


def open_case(clerk: Page, opened: Opened, name: str) -> None:
    """From the home page to the case."""
    clerk.get_by_role("link", name="身份事项办理").click()
    expect_heading(clerk, "身份事项办理")
    clerk.get_by_role("row").filter(has_text=opened.number).get_by_role("link", name=f"核实：{name}").click()
    expect(clerk.get_by_role("heading", level=2, name="核实与决定")).to_be_visible()
    expect(clerk.get_by_role("img", name="证明材料第 1 张").first).to_be_visible()


def decide(clerk: Page, action: str, effect: str, reason: str = "") -> None:
    """Presses the button of an action, reads what it does, and confirms it."""
    if reason:
        clerk.get_by_label("办理意见").fill(reason)
    clerk.get_by_role("button", name=action, exact=True).click()
    dialog = clerk.get_by_role("dialog")
    expect(dialog.get_by_text(effect)).to_be_visible()
    dialog.get_by_role("button", name=action, exact=True).click()
    expect(dialog).to_have_count(0)


def desk_of(page: Page, institution: Any) -> str:
    """The division of an institution, whose authority has the desk."""
    answer = page.request.get("/api/v1/institutions", params={"q": institution.name})
    assert answer.ok, answer.text()
    return str(next(one["division_code"] for one in answer.json()["items"] if one["id"] == institution.id))
