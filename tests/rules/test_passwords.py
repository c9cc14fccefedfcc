"""Passwords: what may be chosen, and that checking them is bounded and even."""

import asyncio
import string
import threading
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from registry_api.kit import passwords
from registry_api.kit.blocklist import count_common, is_common
from registry_api.kit.passwords import hash_password, password_faults, verify_password
from registry_api.kit.roles import Realm

PERSON = ["张三丰", "zhangsanfeng", "370102199001011234", "19900101", "13812345678", "zsf_shandong"]


@pytest.mark.parametrize("password", ["abc12x", "Kz7Kz7", "a1b2c3d4e5f6g7h8", "M00000"])
def test_doctors_may_use_six_to_sixteen_letters_and_digits(password: str) -> None:
    assert password_faults(password, "doctor", PERSON) == []


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("ab12x", ["too_short"]),
        ("a1b2c3d4e5f6g7h8i", ["too_long"]),
        ("abcdefgh", ["no_digit"]),
        ("72649153", ["no_letter"]),
        ("abc12 x", ["not_letters_and_digits"]),
        ("abc12x!", ["not_letters_and_digits"]),
        ("abc１２３x", ["not_letters_and_digits", "no_digit"]),
        ("密码密码12a", ["not_letters_and_digits"]),
        ("aaaaaa", ["single_character", "no_digit"]),
        ("", ["too_short", "no_letter", "no_digit"]),
        ("abc12x\n", ["not_letters_and_digits"]),
    ],
)
def test_what_doctors_may_not_use_is_refused_with_every_reason(password: str, faults: list[str]) -> None:
    assert password_faults(password, "doctor", PERSON) == faults


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=17, max_size=40))
def test_seventeen_characters_are_refused_not_cut(password: str) -> None:
    assert "too_long" in password_faults(password, "doctor", [])


@pytest.mark.parametrize("realm", ["institution", "authority"])
def test_staff_need_twelve_characters_of_any_kind(realm: Realm) -> None:
    assert password_faults("小桥流水人家古道西风瘦马", realm, PERSON) == []
    assert password_faults("correct horse battery", realm, PERSON) == []
    assert password_faults("elevenchars", realm, PERSON) == ["too_short"]
    assert password_faults("ab" * 32, realm, PERSON) == []
    assert password_faults("ab" * 32 + "c", realm, PERSON) == ["too_long"]
    assert password_faults("x" * 12, realm, PERSON) == ["single_character"]


@pytest.mark.parametrize(
    "password",
    [
        "zhang1990",
        "ZhangSan12",
        "zs19900101",
        "a011234",
        "13812345678x",
        "zsf1234",
        "zhangsan1990",
        "Zsf0101",
    ],
)
def test_what_is_made_of_the_person_is_refused(password: str) -> None:
    assert "personal" in password_faults(password, "doctor", [*PERSON, "zsf"])


def test_staff_passwords_made_of_the_person_are_refused_despite_punctuation() -> None:
    assert password_faults("Zhang-San-Feng!", "authority", PERSON) == ["personal"]
    assert password_faults("13812345678@张三丰", "institution", PERSON) == ["personal"]


def test_empty_personal_texts_count_for_nothing() -> None:
    assert password_faults("abc12x", "doctor", ["", "  ", "--"]) == []


async def test_a_password_matches_its_own_hash_only() -> None:
    hashed = await hash_password("abc12x")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password("abc12x", hashed) == (True, None)
    assert await verify_password("ABC12X", hashed) == (False, None)


async def test_a_weaker_hash_is_replaced_at_the_next_sign_in() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("abc12x")

    matches, replacement = await verify_password("abc12x", weak)

    assert matches
    assert replacement is not None
    assert await verify_password("abc12x", replacement) == (True, None)
    assert await verify_password("wrong", weak) == (False, None)


@pytest.mark.parametrize("unusable", [None, "", "!", "plain text", "$2b$12$abcdefghijklmnopqrstuv"])
async def test_an_unknown_user_costs_one_verification_and_never_matches(
    unusable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    verify = passwords._CONTEXT.verify

    def watch(secret: str, hashed: str) -> Any:
        seen.append(hashed)
        return verify(secret, hashed)

    monkeypatch.setattr(passwords._CONTEXT, "verify", watch)

    assert await verify_password("nobody has this password", unusable) == (False, None)
    assert len(seen) == 1
    assert seen[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_an_absurdly_long_password_is_refused_without_being_hashed() -> None:
    assert await verify_password("a" * 1_000_000, await hash_password("abc12x")) == (False, None)


async def test_no_more_than_two_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def blocked(_: str) -> str:
        assert release.wait(timeout=10)
        return "hash"

    monkeypatch.setattr(passwords._CONTEXT, "hash", blocked)
    waiting = [asyncio.create_task(hash_password("x")) for _ in range(8)]
    await asyncio.sleep(0)  # each task has handed its work to the pool, which starts all threads it may

    hashing = [thread for thread in threading.enumerate() if thread.name.startswith("password")]
    release.set()

    assert await asyncio.gather(*waiting) == ["hash"] * 8
    assert len(hashing) == 2


def test_the_pool_serves_one_event_loop_after_another() -> None:
    for _ in range(2):
        with asyncio.Runner() as runner:
            assert runner.run(verify_password("x", None)) == (False, None)


@pytest.mark.parametrize(
    "password", ["abc123", "woaini1314", "Qwerty123", "zhangwei888", "1qaz2wsx", "a123456"]
)
def test_a_password_that_everybody_thinks_of_is_refused(password: str) -> None:
    assert password_faults(password, "doctor", []) == ["common"]


def test_the_blocklist_is_large_and_every_entry_meets_the_other_rules() -> None:
    assert count_common() > 100_000
    assert not is_common("k7mzrt2q")
    assert not is_common("abc12\n3abc")
