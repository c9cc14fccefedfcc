"""Size, names and words of the program's files."""

import ast
import re
import tomllib

import pytest

from registry_api.applications.types import TYPES
from registry_api.kit.texts import LANGUAGES, catalogue
from tests.house.source import ROOT, modules

LIMIT = 300
BANNED = {"utils", "helpers", "common", "manager", "base", "data", "info", "process"}


def python_files() -> list[str]:
    folders = ("src", "tests", "bench", "tools")
    return [path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py")]


def test_a_file_has_at_most_three_hundred_lines() -> None:
    sizes = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name in python_files()}
    assert {name: size for name, size in sizes.items() if size > LIMIT} == {}


def test_names_say_what_is_inside() -> None:
    parts = {part.removesuffix(".py") for name in python_files() for part in name.split("/")}
    assert parts & BANNED == set()


@pytest.mark.parametrize("code", sorted(TYPES))
def test_a_type_is_named_in_its_own_file_only(code: str) -> None:
    naming = {
        name
        for name, tree in modules()
        # The register has a table of the same name.
        if not name.startswith(("demo/", "register/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value == code
    }
    assert naming == {f"applications/types/{code}.py"}


def asks_for_texts(tree: ast.Module) -> bool:
    """Whether the module's `text` is the catalogue's; SQLAlchemy has one too."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "registry_api.kit.texts"
        and any(alias.name == "text" for alias in node.names)
        for node in ast.walk(tree)
    )


def test_every_text_that_the_program_asks_for_is_there() -> None:
    """Whole keys must exist; of a key that is put together, something must begin so and end so."""
    missing = []
    asking = [(name, tree) for name, tree in modules() if asks_for_texts(tree)]
    assert len(asking) > 5
    for name, tree in asking:
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text"
            ):
                continue
            key = node.args[0] if node.args else None
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                pattern = re.escape(key.value)
            elif isinstance(key, ast.JoinedStr):
                pattern = "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                    for part in key.values
                )
            else:
                continue
            missing += [
                (name, language, pattern)
                for language in LANGUAGES
                if not any(re.fullmatch(pattern, known) for known in catalogue(language))
            ]
    assert missing == []


def test_every_problem_has_its_words() -> None:
    codes = {
        str(ast.literal_eval(node.value.elts[1]))
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Tuple)
        and [getattr(target, "id", "") for target in node.targets[0].elts] == ["status", "code"]
        and isinstance(node.value, ast.Tuple)
        and isinstance(node.value.elts[1], ast.Constant)
    }
    assert len(codes) > 20
    for language in LANGUAGES:
        known = catalogue(language)
        wanted = {f"problem.{code}.{part}" for code in codes for part in ("title", "detail")}
        assert wanted - known.keys() == set()


def test_every_direct_dependency_says_what_it_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *groups["dev"], *groups["build"], *groups["node"]]
    names = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted}
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    named = {re.sub(r"\[.*\]| \(group \w+\)", "", one).strip(" `") for row in rows for one in row.split(",")}
    assert names - named == set()


def test_nobody_raises_the_frameworks_own_exception() -> None:
    """A refusal is a Problem, so that it has words in the catalogue."""
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and "HTTPException" in ast.dump(node)
    }
    assert found == set()
