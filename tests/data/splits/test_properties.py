"""What holds for splits of any images."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.splits.division import Division
from ai_vs_human.data.splits.file import write_split
from ai_vs_human.data.splits.grouping import group_records
from ai_vs_human.data.splits.kfold import KFold
from ai_vs_human.data.splits.leave_generator_out import LeaveGeneratorOut
from ai_vs_human.data.splits.leave_source_out import LeaveSourceOut
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.errors import DataError
from ai_vs_human.labels import Label
from tests.data.splits.made import (
    crossings,
    image,
    manifest_of,
    quickly,
    splits_of,
    tangles,
    worst_deviation,
)

Tangle = tuple[tuple[Record, ...], dict[str, str]]
Make = Callable[[str | None], Division]

SHARES: Final = {"train": 0.65, "val": 0.15, "test": 0.2}
MEMBERS: Final[dict[str, Make]] = {
    "stratified": lambda file: Stratified(val_fraction=0.15, test_fraction=0.2, file=file),
    "kfold": lambda file: KFold(folds=3, fold=1, file=file),
    "generator": lambda file: LeaveGeneratorOut(holdout="a", file=file),
    "source": lambda file: LeaveSourceOut(holdout=["b"], file=file),
}
every_member = pytest.mark.parametrize("make", MEMBERS.values(), ids=MEMBERS.keys())


def split_up(splitter: Division, records: tuple[Record, ...], alike: dict[str, str]) -> Manifest:
    """The images with splits; an example in which a split lacks a class is passed over."""
    try:
        return splitter(manifest_of(records), alike)
    except DataError:
        assume(False)  # noqa: FBT003 -- hypothesis's own signature
        raise


@every_member
@quickly
@given(tangle=tangles(least=30))
def test_nothing_that_belongs_together_is_parted(make: Make, tangle: Tangle) -> None:
    split = split_up(make(None), *tangle)

    assert not crossings(split, tangle[1])
    assert len(split) == len(tangle[0])


@every_member
@quickly
@given(tangle=tangles(least=30), seed=st.integers(0, 99))
def test_any_order_gives_the_same_split(make: Make, tangle: Tangle, seed: int) -> None:
    records, alike = tangle
    shuffled = tuple(random.Random(seed).sample(records, len(records)))  # noqa: S311 -- no secret

    assert split_up(make(None), records, alike) == split_up(make(None), shuffled, alike)


@quickly
@given(
    counts=st.lists(st.integers(1, 30), min_size=6, max_size=6),
    more=st.lists(st.integers(0, 20), min_size=6, max_size=6),
    seed=st.integers(0, 9),
)
def test_images_alone_are_within_one_image_of_their_share(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], more: list[int], seed: int
) -> None:
    """And are so still when images come to them, and none of the old ones moves."""
    kinds = [(label, origin) for label in Label for origin in "abc"]

    def drawn(numbers: list[int], prefix: str) -> tuple[Record, ...]:
        named = zip(kinds, numbers, strict=True)
        return tuple(
            image(f"{prefix}{label.key}{origin}{n}", label, origin)
            for (label, origin), number in named
            for n in range(number)
        )

    old, new = drawn(counts, "old-"), drawn(more, "new-")
    folder = tmp_path_factory.mktemp("run")
    alike = manifest_of(old + new).contents
    before = split_up(Stratified(val_fraction=0.15, test_fraction=0.2, seed=seed), old, alike)
    write_split(folder / "split.csv", before)

    again = Stratified(val_fraction=0.15, test_fraction=0.2, seed=seed, file=str(folder))
    after = split_up(again, old + new, alike)

    assert worst_deviation(before, SHARES) < 1
    assert worst_deviation(after, SHARES) < 1
    assert splits_of(before).items() <= splits_of(after).items()


@every_member
@quickly
@given(tangle=tangles(least=30), more=tangles(first=100, least=1))
def test_new_images_move_no_old_one_and_add_no_leak(
    tmp_path_factory: pytest.TempPathFactory, make: Make, tangle: Tangle, more: Tangle
) -> None:
    folder = tmp_path_factory.mktemp("run")
    splitter = make(None)
    before = split_up(splitter, *tangle)
    write_split(folder / "split.csv", before, splitter.folds_by_id)

    alike = tangle[1] | more[1]
    after = split_up(make(str(folder)), tangle[0] + more[0], alike)

    assert splits_of(before).items() <= splits_of(after).items()
    assert not crossings(after, alike)


@quickly
@given(tangle=tangles(least=30), more=tangles(first=100, least=1))
def test_groups_are_within_the_largest_of_them_of_their_share(
    tmp_path_factory: pytest.TempPathFactory, tangle: Tangle, more: Tangle
) -> None:
    folder = tmp_path_factory.mktemp("run")
    before = split_up(MEMBERS["stratified"](None), *tangle)
    write_split(folder / "split.csv", before)
    alike = tangle[1] | more[1]
    after = split_up(MEMBERS["stratified"](str(folder)), tangle[0] + more[0], alike)

    for split in (before, after):
        largest = max(len(group.records) for group in group_records(split.records, alike))
        assert worst_deviation(split, SHARES) <= largest


@quickly
@given(tangle=tangles(least=40), folds=st.integers(2, 5))
def test_every_image_is_tested_in_one_fold(tangle: Tangle, folds: int) -> None:
    tested: Counter[str] = Counter()
    for fold in range(folds):
        split = split_up(KFold(folds=folds, fold=fold), *tangle)
        tested.update(record.id for record in split.part("test").records)

    assert tested == Counter(record.id for record in tangle[0])


@quickly
@given(tangle=tangles(least=30))
def test_a_held_out_generator_is_for_testing_only(tangle: Tangle) -> None:
    records, alike = tangle
    split = split_up(MEMBERS["generator"](None), records, alike)

    held = [r for r in split.records if r.generator == "a"]
    with_held = {r.id for g in group_records(records, alike) for r in g.records
                 if any(other.generator == "a" for other in g.records)}  # fmt: skip
    assert {r.split for r in held} <= {"test"}
    others = [r for r in split.part("test").records if r.label is Label.AI]
    assert {r.id for r in others} <= with_held
