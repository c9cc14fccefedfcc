"""The type registry: every module of this package that holds a TYPE; an eighth type is one more file."""

from importlib import import_module
from pkgutil import iter_modules

from registry_api.applications.types.spec import ApplicationType


def _discover() -> dict[str, ApplicationType]:
    found: dict[str, ApplicationType] = {}
    for module in iter_modules(__path__):
        kind = getattr(import_module(f"{__name__}.{module.name}"), "TYPE", None)
        if kind is None:
            continue
        if kind.code in found or kind.prefix in {other.prefix for other in found.values()}:
            raise ValueError(f"two application types claim {kind.code} or {kind.prefix}")
        found[kind.code] = kind
    return dict(sorted(found.items(), key=lambda item: item[1].order))


TYPES: dict[str, ApplicationType] = _discover()
"""By code, in the order in which the portals show them."""
