"""Every message that the program sends has its words, with the values it is given and no others."""

import ast
from collections.abc import Iterator
from string import Formatter
from typing import NamedTuple

import pytest

from registry_api.accounts.models import CODE_PURPOSES
from registry_api.kit.settings import Settings
from registry_api.kit.texts import LANGUAGES, catalogue
from tests.house.source import modules

PARTS = {"sms": {"sms"}, "email": {"subject", "body"}}
SEND = "registry_api.messages.service.send"
TELL_OWNER = "registry_api.accounts.reach.tell_owner"
ONE_SMS = 70
"""UTF-16 units of one text message to pay (3GPP TS 23.038); longer ones are paid in parts of 67."""


class Examples(dict[str, str]):
    """Values as long as real ones."""

    def __missing__(self, name: str) -> str:
        return "某某卫生健康委员会"


EXAMPLES = Examples(
    code="123456", login_name="zhongyi_13800", time="2026-11-25 18:57", number="SF202611250001"
)


class Sent(NamedTuple):
    """One call of `send` in the program."""

    module: str
    channels: tuple[str, ...]
    template: str
    values: frozenset[str] | None
    """None where they are put together elsewhere; the call itself then refuses a missing one."""


def sent() -> Iterator[Sent]:
    for name, tree in modules():
        known = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            called = known.get(node.func.id)
            if called == SEND:
                yield from _read_send(name, node)
            elif called == TELL_OWNER and isinstance(node.args[2], ast.Constant):
                given = {"time", *(keyword.arg or "" for keyword in node.keywords)}
                yield Sent(name, tuple(PARTS), str(node.args[2].value), frozenset(given))


def _read_send(module: str, call: ast.Call) -> Iterator[Sent]:
    channel, template, values = call.args[1], call.args[2], call.args[4]
    channels = (str(channel.value),) if isinstance(channel, ast.Constant) else tuple(PARTS)
    names = None
    if isinstance(values, ast.Dict) and all(isinstance(key, ast.Constant) for key in values.keys):
        names = frozenset(str(key.value) for key in values.keys if isinstance(key, ast.Constant))
    if isinstance(template, ast.Constant):
        yield Sent(module, channels, str(template.value), names)
    elif isinstance(template, ast.JoinedStr) and ast.unparse(template) == "f'code_{purpose}'":
        # The login name itself is sent, not a code that would lead to it.
        for purpose in set(CODE_PURPOSES) - {"recover_login_name"}:
            yield Sent(module, channels, f"code_{purpose}", names)


def templates() -> dict[str, dict[str, str]]:
    """The Chinese catalogue's templates with their parts."""
    found: dict[str, dict[str, str]] = {}
    for key, words in catalogue("zh-CN").items():
        if key.startswith("message."):
            _, template, part = key.split(".")
            found.setdefault(template, {})[part] = words
    return found


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def test_every_message_that_is_sent_has_its_words() -> None:
    calls = list(sent())
    assert {"code_verify_phone", "code_reset_password"} <= {call.template for call in calls}
    missing = [
        (call.module, language, call.template, part)
        for call in calls
        for language in LANGUAGES
        for channel in call.channels
        for part in PARTS[channel]
        if f"message.{call.template}.{part}" not in catalogue(language)
    ]
    assert missing == []


def test_a_message_gets_the_values_that_its_words_want() -> None:
    wanting = [
        (call.module, call.template, part, wanted - call.values)
        for call in sent()
        if call.values is not None
        for language in LANGUAGES
        for channel in call.channels
        for part in PARTS[channel]
        if (wanted := placeholders(catalogue(language)[f"message.{call.template}.{part}"])) - call.values
    ]
    assert wanting == []


@pytest.mark.parametrize("template", sorted(templates()))
def test_a_template_is_whole(template: str) -> None:
    """An SMS, or a mail with subject and body, or both."""
    parts = set(templates()[template])
    assert parts in (PARTS["sms"], PARTS["email"], PARTS["sms"] | PARTS["email"])
    assert "\n" not in "".join(templates()[template].get(part, "") for part in ("sms", "subject"))


@pytest.mark.parametrize("template", sorted(templates()))
def test_a_text_message_is_short(template: str) -> None:
    """Codes, of which there are most, are one message to pay; others at most two, links apart."""
    words = templates()[template].get("sms")
    if words is not None:
        signature = str(Settings.model_fields["sms_signature"].default)
        limit = ONE_SMS if template.startswith("code_") else 2 * 67
        assert len(f"【{signature}】{words.format_map(EXAMPLES)}") <= limit
