"""Identifiers sort by the time at which they were made."""

from uuid import UUID

from registry_api.kit.ids import new_id


def test_an_identifier_is_a_version_7_uuid_of_the_standard_library() -> None:
    made = new_id()

    assert type(made) is UUID
    assert made.version == 7


def test_identifiers_are_distinct_and_sort_by_creation() -> None:
    made = [new_id() for _ in range(5000)]

    assert len(set(made)) == len(made)
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)
