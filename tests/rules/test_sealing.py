"""Sealed fields open only where they belong; blind indexes find without revealing."""

import base64
import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.kit.ids import new_id
from registry_api.kit.sealing import BlindIndex, KeyRing, SealBroken, Sealer, generate_key

OLD = ("2025", os.urandom(32))
NEW = ("2026", os.urandom(32))
PLACE = "practitioner.id_number_sealed"
ROW = UUID("0199f3c4-0000-7000-8000-000000000001")
sealer = Sealer(KeyRing([NEW, OLD]))


@given(st.text())
def test_text_comes_back_as_it_was(text: str) -> None:
    assert sealer.open_text(sealer.seal(text, PLACE, ROW), PLACE, ROW) == text


@given(st.binary())
def test_bytes_come_back_as_they_were(content: bytes) -> None:
    assert sealer.open_bytes(sealer.seal(content, PLACE, ROW), PLACE, ROW) == content


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values)
def test_json_comes_back_as_it_was(value: object) -> None:
    assert sealer.open_json(sealer.seal_json(value, PLACE, ROW), PLACE, ROW) == value


def test_the_envelope_hides_the_value_and_differs_each_time() -> None:
    first, second = (sealer.seal("11010519491231002X", PLACE, ROW) for _ in range(2))

    assert first != second
    assert b"11010519491231002X" not in first


@pytest.mark.parametrize(
    ("place", "row"),
    [(PLACE, new_id()), ("account.id_number_sealed", ROW), ("practitioner.phone_sealed", ROW)],
)
def test_an_envelope_moved_to_another_row_or_column_is_refused(place: str, row: UUID) -> None:
    envelope = sealer.seal("13812345678", PLACE, ROW)

    with pytest.raises(SealBroken):
        sealer.open_text(envelope, place, row)


def test_a_flip_of_any_byte_is_refused() -> None:
    envelope = sealer.seal("13812345678", PLACE, ROW)

    for position in range(len(envelope)):
        altered = bytearray(envelope)
        altered[position] ^= 0x01
        with pytest.raises(SealBroken):
            sealer.open_bytes(bytes(altered), PLACE, ROW)


def test_a_cut_at_any_place_is_refused() -> None:
    envelope = sealer.seal("13812345678", PLACE, ROW)

    for length in range(len(envelope)):
        with pytest.raises(SealBroken):
            sealer.open_bytes(envelope[:length], PLACE, ROW)


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_happens(garbage: bytes) -> None:
    with pytest.raises(SealBroken):
        sealer.open_json(garbage, PLACE, ROW)


def test_what_is_not_json_or_not_text_says_so() -> None:
    with pytest.raises(SealBroken):
        sealer.open_json(sealer.seal("{", PLACE, ROW), PLACE, ROW)
    with pytest.raises(SealBroken):
        sealer.open_text(sealer.seal(b"\xff", PLACE, ROW), PLACE, ROW)


def test_a_rotated_ring_opens_old_envelopes_and_asks_to_seal_them_again() -> None:
    old = Sealer(KeyRing([OLD])).seal("山东", PLACE, ROW)

    assert sealer.open_text(old, PLACE, ROW) == "山东"
    assert sealer.needs_reseal(old)
    assert not sealer.needs_reseal(sealer.seal("山东", PLACE, ROW))


def test_a_key_taken_out_of_the_ring_opens_nothing() -> None:
    old = Sealer(KeyRing([OLD])).seal("山东", PLACE, ROW)

    with pytest.raises(SealBroken):
        Sealer(KeyRing([NEW])).open_text(old, PLACE, ROW)


def test_a_ring_is_read_from_text() -> None:
    first, second = generate_key(), generate_key()
    before = Sealer(KeyRing.parse(f"b:{second}")).seal("x", PLACE, ROW)

    ring = KeyRing.parse(f" a:{first} , b:{second} ,")

    assert ring.current_id == "a"
    assert Sealer(ring).open_text(before, PLACE, ROW) == "x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "no-colon",
        f":{generate_key()}",
        "a:***",
        f"a:{base64.b64encode(os.urandom(16)).decode()}",
        f"a:{generate_key()},a:{generate_key()}",
        f"钥:{generate_key()}",
    ],
    # Two processes that share the tests have to give each the same name, and a key is another in each.
    ids=["nothing", "comma", "no colon", "no id", "not base64", "short", "id twice", "id not ASCII"],
)
def test_a_malformed_ring_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        KeyRing.parse(text)


def test_neither_errors_nor_representations_show_a_key() -> None:
    secret = generate_key()
    short = base64.b64encode(os.urandom(16)).decode()

    with pytest.raises(ValueError, match="32 bytes") as refused:
        KeyRing.parse(f"a:{short}")

    assert short not in str(refused.value)
    assert secret not in repr(KeyRing.parse(f"a:{secret}"))
    assert secret not in repr(BlindIndex.parse(secret))


def test_the_blind_index_is_stable_for_one_key_and_kind() -> None:
    master = os.urandom(32)

    assert BlindIndex(master).of("id_number", "1") == BlindIndex(master).of("id_number", "1")
    assert len(BlindIndex(master).of("id_number", "1")) == 32


def test_the_blind_index_differs_by_value_kind_and_key() -> None:
    index = BlindIndex(os.urandom(32))
    seen = {
        index.of("id_number", "13812345678"),
        index.of("phone", "13812345678"),
        index.of("phone", "13812345679"),
        BlindIndex(os.urandom(32)).of("phone", "13812345678"),
    }

    assert len(seen) == 4
