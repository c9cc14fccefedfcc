"""Real Chromium for these tests; whatever goes wrong in a page fails the test that opened it."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import Visitors
from tests.browser.watch import Watch
from tests.support.server import Server

_ARGUMENTS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The installed Chromium; ends with this package.

    Playwright's loop runs as long as it is started, and the loop of the asynchronous tests cannot run beside it:
    pytest-playwright's own fixtures last to the end of the session, these do not.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("REGISTRY_CHROMIUM") or "/usr/bin/chromium",
            chromium_sandbox=False,
            args=_ARGUMENTS,
        )
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def watch() -> Iterator[Watch]:
    """Fails a test in whose pages anything went wrong."""
    made = Watch()
    yield made
    assert not made.faults, "\n".join(made.faults)


@pytest.fixture
def visitors(chromium: Browser, server: Server, watch: Watch) -> Iterator[Visitors]:
    """Opens portals for people, each in a browser profile of their own."""
    made = Visitors(chromium, server, watch)
    yield made
    made.close()
