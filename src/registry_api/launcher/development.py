"""Secrets for a development machine: generated at the first start, then kept in the state directory."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from registry_api.kit.key_bundles import make_demonstration_ring
from registry_api.kit.sealing import generate_key
from registry_api.kit.settings import Settings
from registry_api.kit.tokens import generate_key_pem
from registry_api.launcher import CannotStart
from registry_api.launcher.private_files import write_private

_KEY_ID = "development-1"
_GENERATORS: dict[str, Callable[[], str]] = {
    "REGISTRY_FIELD_KEYS": lambda: f"{_KEY_ID}:{generate_key()}",
    "REGISTRY_BLIND_INDEX_KEY": generate_key,
    "REGISTRY_TOKEN_KEYS": lambda: f"{_KEY_ID}:{base64.b64encode(generate_key_pem().encode()).decode()}",
    "REGISTRY_LICENCE_KEYS": make_demonstration_ring,
    "REGISTRY_METRICS_TOKEN": lambda: secrets.token_urlsafe(24),
}


def keep_secrets(file: Path, *, data_exists: bool) -> dict[str, str]:
    """The development secrets by the name of their setting.

    Raises CannotStart if the file is gone although `data_exists` that was encrypted with its keys.
    """
    kept: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if data_exists and not kept:
        raise CannotStart(
            f"{file} is gone, and personal data in the database beside it cannot be read without its keys."
            f" Put it back, or remove {file.parent} to begin again with an empty database."
        )
    missing = _GENERATORS.keys() - kept.keys()
    if missing:
        kept |= {name: _GENERATORS[name]() for name in missing}
        write_private(file, json.dumps(kept, indent=1))
    return kept


_ENVIRONMENT = "environment.json"


def keep_environment(state: Path, environment: Mapping[str, str]) -> None:
    """Keeps the settings of the running system, for commands that are started beside it."""
    settings = {name: value for name, value in environment.items() if name.startswith("REGISTRY_")}
    write_private(state / _ENVIRONMENT, json.dumps(settings, indent=1))


def settings_beside_a_run() -> Settings:
    """Settings of the environment; where they name no database, those of the system that `registry run` started."""
    settings = Settings()
    file = settings.state_directory / _ENVIRONMENT
    if settings.environment == "production" or settings.database_url.get_secret_value() or not file.exists():
        return settings
    kept: dict[str, str] = json.loads(file.read_text("utf-8"))
    return Settings(**{name.removeprefix("REGISTRY_").lower(): value for name, value in kept.items()})  # type: ignore[arg-type]
