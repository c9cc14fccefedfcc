"""People at their browsers: who opens which portal, and on how wide a screen."""

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from registry_api.accounts.entry import device_cookie_name
from registry_api.demo.fresh import add_fresh_doctor, add_newcomer, draw_doctor, enter_doctor
from registry_api.demo.logins import Login, PoolDoctor, pool_doctor
from registry_api.demo.people import DemoPerson
from tests.browser.watch import Watch
from tests.support.database import apart
from tests.support.server import Server

PHONE, DESKTOP = 390, 1280
_HEIGHTS = {PHONE: 844}
_PATIENCE_MS = 15_000
"""Longer than a page ever takes: the tests share a machine with a database, a worker and a browser."""


class Visitors:
    """Opens portals; `close` ends every visit."""

    def __init__(self, chromium: Browser, server: Server, watch: Watch) -> None:
        self._chromium = chromium
        self._server = server
        self._watch = watch
        self._contexts: list[BrowserContext] = []

    def close(self) -> None:
        """Closes what was opened."""
        for context in self._contexts:
            context.close()

    def arrive(self, address: str, width: int = DESKTOP, known_to: Login | None = None) -> Page:
        """A page of a new browser profile at an address, given as a path.

        `known_to` has shown a second factor in this browser before.
        """
        page = self._open(width, known_to)
        page.goto(address)
        return page

    def _open(self, width: int, known_to: Login | None, signed_in: str = "") -> Page:
        # By this trace a portal knows that it is worth asking who is signed in.
        trace = f"registry.signed-in /{signed_in}/"
        known: StorageState = {
            "origins": [
                {"origin": self._server.origin, "localStorage": [{"name": trace, "value": "yes"}]},
            ]
        }
        context = self._chromium.new_context(
            base_url=self._server.origin,
            viewport={"width": width, "height": _HEIGHTS.get(width, 800)},
            has_touch=width <= PHONE,
            # Colours half-way between two states are nobody's to read.
            reduced_motion="reduce",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            storage_state=known if signed_in else None,
        )
        self._contexts.append(context)
        if known_to is not None:
            name = device_cookie_name(known_to.realm, self._server.settings)
            context.add_cookies(
                [
                    {
                        "name": name,
                        "value": known_to.device_token,
                        "url": self._server.origin,
                        "httpOnly": True,
                        "sameSite": "Strict",
                    }
                ]
            )
        self._watch.follow(context)
        context.set_default_timeout(_PATIENCE_MS)
        return context.new_page()

    def sign_in(self, login: Login, width: int = DESKTOP, place: str = "") -> Page:
        """The page of somebody who is signed in to their portal, at a place in it.

        The sign-in is asked for without its page, which is half as long a way; that page has tests of its own.
        """
        page = self._open(width, login, signed_in=login.realm)
        answer = page.request.post(
            "/api/v1/sessions",
            headers={"X-Registry-Realm": login.realm},
            data={
                "realm": login.realm,
                "login_name": login.login_name,
                "password": login.password,
                "delivery": "cookie",
            },
        )
        assert answer.ok, answer.text()
        page.goto(f"/{login.realm}/{place}")
        expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
        return page

    def newcomer(self) -> DemoPerson:
        """Somebody who has just been certified and has no account."""
        made: list[DemoPerson] = []

        async def add() -> None:
            made.append(await add_newcomer(self._server.settings))

        apart(add())
        return made[0]

    def account_owner(self) -> tuple[DemoPerson, Login]:
        """A doctor whom no other test knows, with what is secret about the person, and the login."""
        doctor = draw_doctor()
        apart(enter_doctor(self._server.settings, doctor))
        return doctor.person, pool_doctor(doctor).login

    def fresh_doctor(self) -> PoolDoctor:
        """A doctor whom no other test knows, who can apply for 执业注册."""
        made: list[PoolDoctor] = []

        async def add() -> None:
            made.append(await add_fresh_doctor(self._server.settings))

        apart(add())
        return made[0]


def fill_in_login(page: Page, login: Login) -> None:
    """Fills in login name and password; does not yet send them."""
    page.get_by_label("登录名").fill(login.login_name)
    page.get_by_label("密码", exact=True).fill(login.password)
