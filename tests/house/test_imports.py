"""One direction: router → service → rules, queries → models → kit."""

import ast

from tests.house.source import importers, imports, modules

OUTSIDE = ("launcher/", "demo/", "cli.py")
"""Programs around the service; they use it, it never uses them."""


def test_the_kit_knows_no_slice() -> None:
    strangers = {
        (name, one)
        for name, tree in modules("kit/")
        for one in imports(tree)
        if one.startswith("registry_api.") and not one.startswith("registry_api.kit.")
    }
    assert strangers == set()


def test_the_workflow_is_pure() -> None:
    allowed = (
        "registry_api.kit.roles",
        "registry_api.workflow",
        "transitions",
        "dataclasses",
        "functools",
        "typing",
    )
    strangers = {
        (name, one)
        for name, tree in modules("workflow/")
        for one in imports(tree)
        if not one.startswith(allowed)
    }
    assert strangers == set()


def test_rules_know_neither_the_web_nor_the_database() -> None:
    rules = ("workflow/", "applications/types/", "applications/deadlines", "applications/corrections")
    found = {
        (name, one)
        for name, tree in modules(*rules)
        for one in imports(tree)
        if one.startswith(("fastapi", "starlette", "sqlalchemy", "asyncpg"))
    }
    assert found == set()


def test_each_risky_library_has_one_importer() -> None:
    assert importers("jose") == {"kit/tokens.py"}
    assert importers("transitions") == {"workflow/engine.py"}
    assert importers("typst") == {"printing/engine.py", "printing/faces.py"}
    assert importers("passlib") == {"kit/passwords.py"}
    assert importers("cbor2") == {"licences/cose.py", "licences/keys.py"}
    assert importers("pyhanko") == {"licences/pdf_signature.py", "licences/pdf_verification.py"}
    assert importers("aiobotocore", "botocore") == {"kit/s3_storage.py"}
    assert importers("PIL") <= {"photos/decoder.py", "demo/portraits.py"}


def test_a_licence_is_checked_without_web_and_database() -> None:
    """Whoever verifies offline needs none of the service: neither what it is made of nor its settings."""
    names = (
        "keys",
        "reasons",
        "cose",
        "tokens",
        "status_list",
        "pdf_signature",
        "pdf_verification",
        "offline",
    )
    kernel = [f"registry_api.licences.{name}" for name in names]
    allowed = [*kernel, "registry_api.kit.clock", "registry_api.kit.key_bundles", "registry_api.kit.texts"]
    found = {
        (name, one)
        for name, tree in modules(*(f"licences/{name}.py" for name in names))
        for one in imports(tree)
        if one.startswith(("fastapi", "starlette", "sqlalchemy", "asyncpg"))
        or (one.startswith("registry_api.") and not one.startswith(tuple(allowed)))
    }
    assert found == set()


def test_only_settings_read_the_environment() -> None:
    readers = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert {name for name in readers if not name.startswith("launcher/")} == set()
    assert importers("pydantic_settings") == {"kit/settings.py"}


def test_nothing_of_the_service_needs_the_programs_around_it() -> None:
    found = {
        (name, one)
        for name, tree in modules()
        if not name.startswith(OUTSIDE)
        for one in imports(tree)
        if one.startswith(("registry_api.launcher.", "registry_api.demo.", "registry_api.cli."))
    }
    assert found == set()


def test_slices_use_each_others_services_never_their_routers() -> None:
    found = {
        (name, one)
        for name, tree in modules()
        if not name.endswith("router.py") and name != "app.py"
        for one in imports(tree)
        if one.endswith("router.router")
    }
    assert found == set()


def test_only_the_route_and_the_database_commit() -> None:
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
    }
    assert found == {"kit/route.py"}
    openers = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "transaction" and not name.startswith(OUTSIDE)
    }
    # Sign-in commits each attempt before the password is looked at; the worker opens its own, a replay one
    # snapshot; which file is about to be stored is said before it is.
    assert openers == {
        "accounts/codes.py",
        "accounts/sign_in.py",
        "accounts/throttle.py",
        "accounts/visit.py",
        "audit/chain.py",
        "captchas/issue.py",
        "captchas/service.py",
        "captchas/work_proofs.py",
        "housekeeping.py",
        "institutions/reference.py",
        "kit/db.py",
        "kit/route.py",
        "licences/issuing.py",
        "licences/reissuing.py",
        "outbox/worker.py",
        "register/replay.py",
        "wechat/arrival.py",
        "worker.py",
    }


def test_only_a_move_assigns_a_status() -> None:
    found = {
        name
        for name, tree in modules("applications/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store)
    }
    assert found == {"applications/moving.py"}
