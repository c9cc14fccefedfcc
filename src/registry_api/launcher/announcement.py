"""What a person sees when the system is up: where it is, and who can sign in."""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

_REALMS = {"doctor": "医师端", "institution": "机构端", "authority": "主管部门端"}
_PORTALS = (
    ("公众", "Everybody", "/"),
    ("医师端", "Doctors", "/doctor/"),
    ("机构端", "Institutions", "/institution/"),
    ("主管部门端", "Authorities", "/authority/"),
    ("开发收件箱：短信、邮件、动态口令", "What was sent, one-time passwords", "/development/inbox"),
    ("接口契约", "OpenAPI contract", "/api/v1/openapi.json"),
)


def announcement(origin: str, demo_logins: Path, logs: Path) -> str:
    """The text, in Chinese and English. `demo_logins` is the file that seeding wrote, if it did."""
    sections = [
        "系统已就绪 · The system is up",
        table([(chinese, english, origin + path) for chinese, english, path in _PORTALS]),
        *_logins(demo_logins),
        table([("日志", "Logs", str(logs)), ("停止", "Stop", "Ctrl-C")]),
    ]
    return "\n\n".join(["", *sections, ""])


def _logins(file: Path) -> Sequence[str]:
    if not file.exists():
        return ()
    rows = [("", "单位 Office", "可做什么 Sees", "登录名 Login", "密码 Password")]
    for login in json.loads(file.read_text("utf-8")):
        realm = _REALMS.get(login["realm"], login["realm"])
        rows.append(
            (
                realm,
                login["office"] or "",
                login.get("note") or login["role"],
                login["login_name"],
                login["password"],
            )
        )
    return ("演示账号 · Demo logins", table(rows))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns that stay in line when Chinese characters take two cells each."""
    widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  "
        + "  ".join(
            text + " " * (width - _cells(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
