"""A character that no font draws is named at intake, and never stops a document."""

from registry_api.printing.coverage import missing_glyphs, printable


def test_rare_characters_of_names_are_drawn() -> None:
    assert missing_glyphs("龙𬱖 喆 㛃 䶮 𣲘 阿卜杜拉·买买提 𫚭 Nurmuhämmät") == []


def test_each_missing_character_is_named_once_in_order() -> None:
    assert missing_glyphs("王𰻝𰻞𰻝，住😀路") == ["𰻝", "𰻞", "😀"]


def test_what_nobody_sees_is_not_missing() -> None:
    assert missing_glyphs("李\u200d明\ufe0f\U000e0100\t\r\n\x07") == []


def test_a_missing_character_prints_as_a_sign_of_the_same_width() -> None:
    assert printable("王𰻝 \ue815") == "王〓 〓"


def test_lines_stay_and_other_controls_go() -> None:
    assert printable("一\r\n二\r三\t四\x00\x1b\u202e") == "一\n二\n三 四"


def test_a_long_run_of_letters_may_be_broken() -> None:
    assert printable("A" * 30) == "A" * 30
    assert printable("A" * 31).replace("\u200b", "") == "A" * 31
    assert "\u200b" in printable("A" * 31)
