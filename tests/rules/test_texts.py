"""The catalogues say the same things in both languages, and the right one is chosen."""

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.kit.texts import LANGUAGES, Language, catalogue, has_text, language_from, text

HAN = re.compile(r"[\u4e00-\u9fff]")


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_catalogue_has_the_same_texts_with_the_same_values() -> None:
    chinese, english = (catalogue(language) for language in LANGUAGES)

    assert chinese.keys() == english.keys()
    assert {key: placeholders(chinese[key]) for key in chinese} == {
        key: placeholders(english[key]) for key in english
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_in_the_wrong_language(language: Language) -> None:
    for key, template in catalogue(language).items():
        assert template == template.strip() != "", key
        assert bool(HAN.search(template)) == (language == "zh-CN"), key


def test_every_problem_has_title_and_detail() -> None:
    slugs = {key.split(".")[1] for key in catalogue("zh-CN") if key.startswith("problem.")}

    assert {"not_found", "internal", "wrong_state"} <= slugs
    for slug in slugs:
        assert has_text(f"problem.{slug}.title")
        assert has_text(f"problem.{slug}.detail")


def test_values_are_put_in() -> None:
    assert text("field.string_too_long", max_length=50) == "内容太长，最多 50 个字。"
    assert text("field.string_too_long", "en", max_length=50) == "Too long: at most 50 characters."


def test_a_value_is_never_taken_for_a_template() -> None:
    assert text("field.less_than_equal", le="{ge}{le.__class__}") == "不能大于 {ge}{le.__class__}。"


@pytest.mark.parametrize("key", ["problem.none.title", "problem", "field", ""])
def test_an_unknown_key_is_an_error(key: str) -> None:
    assert not has_text(key)
    with pytest.raises(KeyError):
        text(key)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("field.string_too_long")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("EN-us", "en"),
        ("zh", "zh-CN"),
        ("zh-Hant-TW", "zh-CN"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh;q=0.5, en;q=0.7", "en"),
        ("en;q=0.5,zh;q=0.5", "en"),
        ("fr-FR, en;q=0.1", "en"),
        ("fr, de;q=0.9", "zh-CN"),
        ("fr, *;q=0.5, en;q=0.4", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("zh;q=0, en;q=0.001", "en"),
        ("en; q=1.000", "en"),
        ("en;q=2", "zh-CN"),
        ("en;q=abc", "zh-CN"),
        (";;,,=", "zh-CN"),
    ],
)
def test_the_language_follows_the_header(header: str | None, language: Language) -> None:
    assert language_from(header) == language


@given(st.text())
def test_any_header_gives_one_of_our_languages(header: str) -> None:
    assert language_from(header) in LANGUAGES
