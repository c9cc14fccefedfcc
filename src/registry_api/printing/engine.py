"""Draws documents with Typst: a template and content in, a PDF out.

Content reaches a template as JSON, never as markup: `#read("…")` in somebody's address prints as it stands. PDF/A-2a
(ISO 19005-2) keeps a document readable for as long as registers are kept, PDF/UA-1 (ISO 14289-1) lets it be read
aloud. In both a missing glyph is an error, so everything passes through `coverage.printable` first.
"""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typst

from registry_api.printing.coverage import missing_glyphs, printable
from registry_api.printing.faces import faces

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Template = Literal["board", "form", "licence"]
AT_ONCE = 2
"""Documents drawn side by side: Typst leaves the interpreter's lock, and a request must not wait for ten others."""
_TEMPLATES = Path(__file__).with_name("templates")
_WORKERS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="printing")


async def in_turn(make: Callable[[], bytes]) -> bytes:
    """What `make` makes, in a thread and at most `AT_ONCE` at a time: the event loop goes on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, make)


def draw(template: Template, content: "DataclassInstance", made_at: datetime) -> bytes:
    """The document as PDF; the same content and instant give the same bytes.

    In `content` a `date` reaches the template as ISO 8601, `bytes` as what its `image` takes. `made_at` is an aware
    instant, which the metadata name. It takes some 50 ms: call it through `in_turn`.
    """
    missing: dict[str, None] = {}
    words = _drawable(asdict(content), missing)
    words["missing"] = [f"U+{ord(one):04X}" for one in missing]
    return typst.compile(
        _TEMPLATES / f"{template}.typ",
        root=_TEMPLATES,
        font_paths=faces(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": json.dumps(words, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(made_at.timestamp()),
    )


def _drawable(value: Any, missing: dict[str, None]) -> Any:
    if isinstance(value, str):
        missing.update(dict.fromkeys(missing_glyphs(value)))
        return printable(value)
    if isinstance(value, dict):
        return {name: _drawable(one, missing) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(one, missing) for one in value]
    if isinstance(value, bytes):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
