"""What must never happen in a page."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Response

_REPORT_POLICY = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`))
"""


@dataclass
class Watch:
    """Collects page errors, console errors, breaches of the content security policy and answers of 5xx."""

    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Patterns of console errors that a test provokes: Chromium reports each answer of 4xx as one."""

    def follow(self, context: BrowserContext) -> None:
        """Watches every page of a context from its first document on."""
        context.add_init_script(_REPORT_POLICY)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._on_error(error.error))
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(re.search(one, message.text) for one in self.expected):
            self.faults.append(f"console: {message.text} ({message.location['url']})")

    def _on_error(self, error: Error) -> None:
        self.faults.append(f"page error: {error}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.request.method} {response.url}")
