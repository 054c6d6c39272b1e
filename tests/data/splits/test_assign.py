"""Records to records with splits."""

import random
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.splits.assign import assign_splits, limit_images
from ai_vs_human.errors import DataError
from ai_vs_human.labels import Label

RECORDS = tuple(
    Record(f"{label.key}{number:02}", f"{label.key}{number:02}.png", label, **{origin: "x"})
    for label, origin in ((Label.AI, "generator"), (Label.HUMAN, "source"))
    for number in range(40)
)
CONTENTS = {record.id: sha256(record.id.encode()).hexdigest() for record in RECORDS}


def assigned(
    records: Iterable[Record], contents: dict[str, str] = CONTENTS, **options: Any
) -> dict[str, Record]:
    options = {"val_fraction": 0.2, "test_fraction": 0.2} | options
    return {record.id: record for record in assign_splits(records, contents, **options)}


def test_any_order_gives_the_same_splits() -> None:
    expected = assign_splits(RECORDS, CONTENTS, val_fraction=0.2, test_fraction=0.2)
    rng = random.Random(0)  # noqa: S311 -- no secret

    for _ in range(5):
        shuffled = rng.sample(RECORDS, len(RECORDS))
        assert assign_splits(shuffled, CONTENTS, val_fraction=0.2, test_fraction=0.2) == expected


@pytest.mark.parametrize("seed", range(5))
def test_equal_files_and_given_groups_never_cross_a_split(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 -- no secret
    records = [replace(r, group=rng.choice(["", "", f"g{rng.randrange(8)}"])) for r in RECORDS]
    contents = {record.id: f"{rng.randrange(60):02}" for record in records}

    result = assigned(records, contents, seed=seed).values()

    assert len(result) == len(records)
    for groups in (contents, {r.id: r.group for r in records if r.group}):
        seen = {(groups[r.id], r.split) for r in result if r.id in groups}
        assert len(seen) == len(set(groups.values()))


def test_equal_files_of_both_classes_keep_together(caplog: pytest.LogCaptureFixture) -> None:
    contents = CONTENTS | {"human00": CONTENTS["ai00"]}

    for seed in range(8):
        result = assigned(RECORDS, contents, seed=seed)
        assert result["ai00"].split == result["human00"].split
        assert result["ai00"].group == result["human00"].group != ""
    assert "1 images are of both classes, like ai00.png and human00.png" in caplog.text


def test_given_validation_and_test_images_are_left_alone() -> None:
    given = {"ai00": "test", "human00": "test", "ai01": "val", "human01": "val"}
    records = [replace(r, split=given.get(r.id, "")) for r in RECORDS]

    result = assigned(records)

    assert {id_: r.split for id_, r in result.items() if r.split != "train"} == given


def test_of_equal_files_in_given_splits_those_for_test_stay() -> None:
    given = {"ai00": "test", "human00": "test", "ai01": "val", "human01": "val"}
    records = [replace(r, split=given.get(r.id, "train")) for r in RECORDS]
    contents = CONTENTS | dict.fromkeys(("ai00", "ai01", "ai02"), "same")
    contents |= dict.fromkeys(("human01", "human02"), "more")

    result = assigned(records, contents)

    assert set(CONTENTS) - set(result) == {"ai01", "ai02", "human02"}
    assert (result["ai00"].split, result["human01"].split) == ("test", "val")


def test_a_given_group_in_two_given_splits_is_refused() -> None:
    records = [
        replace(RECORDS[0], group="pair", split="train"),
        replace(RECORDS[50], group="pair", split="test"),
    ]

    with pytest.raises(DataError, match=r"(?s)got 'pair' in test and train \(ai00.png\).*split"):
        assigned(records)


def test_a_split_that_lacks_a_class_is_refused() -> None:
    few = [*RECORDS[:40], RECORDS[40]]

    with pytest.raises(DataError, match=r"both classes in the split test, but got ai "):
        assigned(few)
    with pytest.raises(DataError, match=r"in the split train, but got ai "):
        assigned([*RECORDS[:40], replace(RECORDS[40], split="val")])


def test_a_fraction_of_zero_leaves_a_split_out() -> None:
    splits = {r.split for r in assigned(RECORDS, val_fraction=0.0).values()}

    assert splits == {"train", "test"}


def test_a_limit_takes_the_same_images_from_any_order() -> None:
    limited = limit_images(RECORDS, CONTENTS, 5)

    assert limited == limit_images(RECORDS[::-1], CONTENTS, 5)
    assert [record.label for record in limited] == [Label.AI] * 5 + [Label.HUMAN] * 5
    assert set(limited) <= set(limit_images(RECORDS, CONTENTS, 9))
    assert limited != limit_images(RECORDS, CONTENTS, 5, seed=1)
