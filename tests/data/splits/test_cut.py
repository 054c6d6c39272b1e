"""Groups to splits by their hash."""

from collections import Counter
from hashlib import sha256

import pytest

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.splits.cut import cut
from ai_vs_human.data.splits.grouping import Group, group_records
from ai_vs_human.labels import Label

SHARES = {"test": 0.2, "val": 0.1, "train": 0.7}


def groups(counts: dict[tuple[Label, str], int], size: int = 1) -> tuple[Group, ...]:
    """So many groups of each label and origin, of `size` images each."""
    records = [
        Record(
            id=(name := f"{label.key}-{origin}-{number}-{member}"),
            path=name,
            label=label,
            generator=origin if label is Label.AI else "",
            source="" if label is Label.AI else origin,
            group="" if size == 1 else f"{label.key}-{origin}-{number}",
        )
        for (label, origin), count in counts.items()
        for number in range(count)
        for member in range(size)
    ]
    contents = {record.id: sha256(record.id.encode()).hexdigest() for record in records}
    return group_records(records, contents)


def counted(cut_groups: tuple[Group, ...], seed: int = 0) -> Counter[tuple[str, str, str]]:
    splits = cut(cut_groups, SHARES, seed)
    return Counter((r.label.key, r.origin, splits[g.key]) for g in cut_groups for r in g.records)


def test_every_stratum_is_cut_by_the_fractions() -> None:
    counts = counted(groups({(Label.AI, "a"): 100, (Label.AI, "b"): 50, (Label.HUMAN, "c"): 200}))

    assert counts == {
        ("ai", "a", "train"): 70, ("ai", "a", "val"): 10, ("ai", "a", "test"): 20,
        ("ai", "b", "train"): 35, ("ai", "b", "val"): 5, ("ai", "b", "test"): 10,
        ("human", "c", "train"): 140, ("human", "c", "val"): 20, ("human", "c", "test"): 40,
    }  # fmt: skip


def test_many_small_strata_add_up_to_the_fractions() -> None:
    counts = counted(groups({(Label.HUMAN, f"painter{number:02}"): 2 for number in range(50)}))

    splits: Counter[str] = Counter()
    for (_, _, split), number in counts.items():
        splits[split] += number
    assert splits == {"train": 70, "val": 10, "test": 20}


def test_large_groups_are_counted_by_their_images() -> None:
    counts = counted(groups({(Label.AI, "a"): 40}, size=5))

    assert counts == {("ai", "a", "train"): 140, ("ai", "a", "val"): 20, ("ai", "a", "test"): 40}


def test_a_seed_cuts_the_same_and_another_one_elsewhere() -> None:
    all_groups = groups({(Label.AI, "a"): 100})

    assert cut(all_groups, SHARES, 0) == cut(all_groups[::-1], SHARES, 0)
    assert cut(all_groups, SHARES, 0) != cut(all_groups, SHARES, 1)


def test_what_is_settled_counts() -> None:
    old = groups({(Label.AI, "a"): 50})
    there = [(record, "test") for group in old[:20] for record in group.records]
    there += [(record, "other") for group in old[20:] for record in group.records]

    splits = cut(groups({(Label.AI, "a"): 80}, size=1)[:40], SHARES, 0, there)

    # Of 60 images 12 are due for test, which has 20: the new ones go where images are lacking.
    assert Counter(splits.values()) == {"val": 6, "train": 34}


def test_small_strata_of_large_groups_go_round_the_splits() -> None:
    """Each camera is one group of its own stratum: none could be cut by its own shares."""
    cameras = groups({(Label.HUMAN, f"camera{number:02}"): 1 for number in range(20)}, size=30)

    assert Counter(cut(cameras, SHARES, 0).values()) == {"train": 14, "val": 2, "test": 4}


@pytest.mark.parametrize("seed", range(5))
def test_a_new_image_moves_few_of_the_others(seed: int) -> None:
    before = cut(groups({(Label.AI, "a"): 200}), SHARES, seed)
    after = cut(groups({(Label.AI, "a"): 201}), SHARES, seed)

    assert sum(before[key] != after[key] for key in before) <= 2
