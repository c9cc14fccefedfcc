"""The program's own files, parsed for the tests about them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "registry_api"


def modules(*below: str) -> Iterator[tuple[str, ast.Module]]:
    """Path below the package and syntax tree of every module, or of those in some folders."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not below or name.startswith(below):
            yield name, ast.parse(path.read_text("utf-8"))


def imports(tree: ast.Module) -> set[str]:
    """Full dotted names of everything a module imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def importers(*packages: str) -> set[str]:
    """Modules that import one of the packages."""
    return {
        name
        for name, tree in modules()
        if any(
            one == package or one.startswith(f"{package}.") for one in imports(tree) for package in packages
        )
    }
