"""Routes, contract and migrations agree with each other."""

import json
import re
import threading

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi.routing import APIRoute

from registry_api.app import create_app
from registry_api.contract import example_settings, export
from registry_api.kit.route import TransactionalRoute, is_anonymous
from registry_api.kit.settings import Settings
from registry_api.migrate import MIGRATIONS
from tests.house.source import ROOT

WECHAT_PAGES = {
    "wechatScanPage",
    "wechatConfirmPage",
    "wechatResultPage",
    "wechatCallback",
    "wechatDemonstration",
    "wechatAsset",
}
"""They open in WeChat's browser, where nobody is signed in."""
WECHAT = {
    "getSignInOptions",
    "startWechatLogin",
    "completeWechatLogin",
    "scanWechatLogin",
    "lookUpWechatConfirmation",
    "confirmWechatLogin",
}
RECOVERY = {
    "startPasswordReset",
    "completePasswordReset",
    "recoverLoginName",
    "lookUpEmailVerification",
    "confirmEmail",
}
"""Whoever forgot a password, or follows a link in a mail, is not signed in."""
SIGN_IN = {"sendSecondFactorCode", "getSecondFactorOptions", "answerSecondFactor", "refreshSession"}
"""The second step of a sign-in has its challenge, a refresh its token."""
INVITED = {"lookUpStaffInvitation", "startInvitedTotp", "startInvitedPasskey", "acceptStaffInvitation"}
"""Whoever opens an account by its invitation has no login yet."""
BEFORE_AN_ACCOUNT = {
    "checkLoginName",
    "completeAccountRegistration",
    "findIdentityCase",
    "getPrivacyPolicy",
    "openIdentityDispute",
    "requestPhoneReplacement",
    "startAccountRegistration",
}
"""Whoever registers, or says that an account is wrong or out of reach, cannot sign in."""
EVERYBODYS = {"getDisplayBoard", "listAnnouncements", "printDisplayBoard", "searchPublicRegister"}
"""What the law has published, throttled."""
LICENCES = {"verifyLicence", "getLicenceStatusList", "listLicenceStatusLists", "getJwks", "getCoseKeys"}
"""Whoever is shown a licence has no account here."""
PUBLIC = (
    LICENCES
    | WECHAT_PAGES
    | EVERYBODYS
    | BEFORE_AN_ACCOUNT
    | INVITED
    | RECOVERY
    | SIGN_IN
    | WECHAT
    | {"createCaptcha", "getCaptchaAudio", "createProofOfWorkChallenge"}
    | {
        "createSession",
        "createToken",
        "listDivisions",
        "listReasons",
        "searchInstitutions",
        "health",
        "ready",
        "metrics",
    }
)
"""Operations that ask nobody who they are; another needs a reason."""
OWN_TRANSACTIONS = (
    {"getJwks", "getCoseKeys"}
    | WECHAT_PAGES
    | {"createCaptcha", "getCaptchaAudio", "createProofOfWorkChallenge"}
    | {
        "createSession",
        "health",
        "ready",
        "metrics",
    }
)


def routes() -> list[APIRoute]:
    return [route for route in create_app(example_settings()).routes if isinstance(route, APIRoute)]


def operation(route: APIRoute) -> str:
    return route.operation_id or route.name


def test_every_route_has_a_principal_or_is_public() -> None:
    known = routes()
    assert len(known) > 25
    assert {operation(route) for route in known if is_anonymous(route)} == PUBLIC


def test_every_route_commits_before_it_answers() -> None:
    plain = {operation(route) for route in routes() if not isinstance(route, TransactionalRoute)}
    assert plain == OWN_TRANSACTIONS


def test_the_committed_contract_is_the_applications() -> None:
    """After a change: `make contract` writes openapi/registry.json and the portals' types."""
    committed = json.loads((ROOT / "openapi" / "registry.json").read_text("utf-8"))
    assert committed == json.loads(export())


def test_every_operation_is_named_once_and_refuses_with_problems() -> None:
    contract = json.loads(export())
    operations = [one for path in contract["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    for one in operations:
        for status, answer in one["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], one["operationId"]


def test_migrations_are_numbered_without_gap_and_have_one_head() -> None:
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name[:4] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in files)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [files[-1][:4]]


def test_the_migrated_database_is_what_the_models_describe(settings: Settings) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["dsn"] = settings.owner_dsn
    faults: list[BaseException] = []

    def check() -> None:
        try:
            command.check(config)
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=check)
    thread.start()
    thread.join()
    if faults:
        pytest.fail(str(faults[0]))
