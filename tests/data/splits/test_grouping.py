"""What belongs together."""

import random

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.splits.grouping import group_records, name_groups
from ai_vs_human.labels import Label
from tests.data.splits.made import manifest_of


def record(name: str, group: str = "", label: Label = Label.AI) -> Record:
    return Record(name, name, label, generator="g", group=group)


def gathered(records: list[Record], contents: dict[str, str]) -> set[frozenset[str]]:
    return {frozenset(r.id for r in g.records) for g in group_records(records, contents)}


def test_different_files_stand_alone_and_have_no_group() -> None:
    named = name_groups(manifest_of([record("a"), record("b")]), {"a": "11", "b": "22"})

    assert [r.group for r in named.records] == ["", ""]


def test_equal_files_share_a_group_whatever_their_labels() -> None:
    records = [record("a"), record("b", label=Label.HUMAN), record("c")]

    named = name_groups(manifest_of(records), {"a": "11", "b": "11", "c": "22"})

    assert [r.group for r in named.records] == ["same-11", "same-11", ""]


def test_a_given_group_lends_its_name_to_what_is_alike() -> None:
    records = [record("a", "x"), record("b", "y"), record("c")]

    named = name_groups(manifest_of(records), dict.fromkeys("abc", "11"))

    assert [r.group for r in named.records] == ["x", "x", "x"]


def test_groups_join_through_equal_files() -> None:
    records = [record("a", "x"), record("b", "x"), record("c", "y"), record("d", "y"), record("e")]
    contents = {"a": "1", "b": "2", "c": "2", "d": "4", "e": "4"}

    assert gathered(records, contents) == {frozenset("abcde")}


def test_the_order_of_the_records_does_not_matter() -> None:
    rng = random.Random(0)  # noqa: S311 -- no secret
    names = [f"{number}" for number in range(60)]
    records = [record(name, rng.choice(["", "", f"g{rng.randrange(9)}"])) for name in names]
    contents = {name: f"{rng.randrange(50):02}" for name in names}
    expected = group_records(records, contents)

    for _ in range(5):
        rng.shuffle(records)
        assert group_records(records, contents) == expected
