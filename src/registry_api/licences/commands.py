"""The commands about licences: `registry verify` and `registry licence-keys`."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry_api.kit.settings import Settings

UNUSABLE = 2


def add_licence_commands(add: Callable[..., Any], settings: Callable[[], Settings]) -> None:
    """Declares them; `add` is the command line's, `settings` reads them where a command needs any."""
    check = add("verify", _verify, "check a licence without network and database")
    check.add_argument(
        "shown", metavar="FILE-OR-QR", help="a signed PDF, a text file, or what a QR code holds"
    )
    check.add_argument(
        "--keys", type=Path, help="jwks.json or cose-keys as published; else those of this system"
    )
    check.add_argument("--issuer", help="origin that the keys belong to, where their file does not say")
    check.add_argument("--status-list", type=Path, help="status list as published; says what has ended")
    check.set_defaults(settings=settings)
    keys = add("licence-keys", None, "make keys for licences, change them, show what is published of them")
    steps = keys.add_subparsers(required=True, metavar="STEP")
    new = steps.add_parser("new", help="make a private key, and a request for its certificate beside it")
    new.add_argument("file", type=Path)
    new.add_argument("--name", required=True, help="the office that signs, as the certificate is to say")
    new.set_defaults(run=_new_key)
    ring = steps.add_parser("ring", help="print the setting REGISTRY_LICENCE_KEYS")
    ring.add_argument("bundle", type=Path, nargs="+", help="key and certificates; the first one signs")
    ring.set_defaults(run=_ring)
    published = steps.add_parser("published", help="print the key set that verifiers need")
    published.set_defaults(run=_published, settings=settings)


def _verify(options: argparse.Namespace) -> int:
    from registry_api.licences.offline import Unusable, judge, read_keys, read_status_list, report  # noqa: PLC0415

    try:
        if options.keys is None:
            keys = _ring_of(options.settings()).published
        else:
            keys = read_keys(options.keys.read_bytes(), options.issuer)
        listed = read_status_list(options.status_list.read_bytes(), keys) if options.status_list else None
        shown = _read_shown(options.shown)
    except (OSError, Unusable, ValueError) as fault:
        print(fault, file=sys.stderr)
        return UNUSABLE
    verdict = judge(shown, keys, listed, now=datetime.now(UTC))
    for line in report(verdict):
        print(line)
    return verdict.outcome.exit_status


def _read_shown(shown: str) -> bytes:
    """A file's content, or the text itself: a QR code is too long, and too odd, for the name of a file."""
    try:
        return Path(shown).read_bytes()
    except OSError:
        if "#" in shown or len(shown) > 100:
            return shown.encode()
        raise


def _ring_of(settings: Settings) -> Any:
    from registry_api.licences.keys import LicenceKeyRing  # noqa: PLC0415

    return LicenceKeyRing.parse(settings.licence_keys.get_secret_value(), settings.origin)


def _new_key(options: argparse.Namespace) -> int:
    from registry_api.kit.key_bundles import make_request  # noqa: PLC0415

    key, request = make_request(options.name)
    beside = options.file.with_name(f"{options.file.name}.csr")
    try:
        _write_new(options.file, key, mode=0o600)
        _write_new(beside, request, mode=0o644)
    except OSError as fault:
        print(fault, file=sys.stderr)
        return UNUSABLE
    print(f"{options.file}: private key, keep it secret\n{beside}: send it to the certification authority")
    return 0


def _write_new(file: Path, content: bytes, *, mode: int) -> None:
    """Never writes over a key: what it signed could no longer be told from what others signed."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)


def _ring(options: argparse.Namespace) -> int:
    from registry_api.kit.key_bundles import KeyBundle, encode_ring, parse_bundles  # noqa: PLC0415

    bundles = []
    for file in options.bundle:
        try:
            bundles.append(KeyBundle.parse(file.read_bytes()))
        except (OSError, ValueError) as fault:
            print(f"{file}: {fault}", file=sys.stderr)
            return UNUSABLE
    ring = encode_ring(bundles)
    try:
        parse_bundles(ring)
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return UNUSABLE
    print(ring)
    return 0


def _published(options: argparse.Namespace) -> int:
    print(json.dumps(_ring_of(options.settings()).published.jwks(), indent=1))
    return 0
