"""Records to records with splits."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.errors import ConfigError, DataError
from tests.data.splits.made import both, image, manifest_of, splits_of

RECORDS = both(40)


def assigned(
    records: Iterable[Record], alike: Mapping[str, str] | None = None, **options: Any
) -> dict[str, str]:
    manifest = manifest_of(records)
    options = {"val_fraction": 0.2, "test_fraction": 0.2} | options
    return splits_of(Stratified(**options)(manifest, alike or manifest.contents))


def placed(**splits: str) -> tuple[Record, ...]:
    """The records, some of which were given a split."""
    names = {name.replace("_", "-x-"): split for name, split in splits.items()}
    return tuple(replace(r, split=names.get(r.id, "")) for r in RECORDS)


def test_shares_are_of_each_class() -> None:
    splits = assigned(RECORDS)

    assert sum(split == "val" for split in splits.values()) == 16
    assert sum(splits[f"ai-x-{number}"] == "test" for number in range(40)) == 8


def test_images_of_both_classes_that_are_alike_keep_together(
    caplog: pytest.LogCaptureFixture,
) -> None:
    alike = {r.id: r.id for r in RECORDS} | {"human-x-0": "ai-x-0"}

    for seed in range(8):
        splits = assigned(RECORDS, alike, seed=seed)
        assert splits["ai-x-0"] == splits["human-x-0"]
    assert "1 images are of both classes, like ai-x-0.png and human-x-0.png" in caplog.text


def test_given_validation_and_test_images_are_left_alone() -> None:
    splits = assigned(placed(ai_0="test", human_0="test", ai_1="val", human_1="val"))

    assert {id_: split for id_, split in splits.items() if split != "train"} == {
        "ai-x-0": "test", "human-x-0": "test", "ai-x-1": "val", "human-x-1": "val",
    }  # fmt: skip


def test_nothing_is_lost_where_given_splits_leak() -> None:
    given = placed(ai_0="test", human_0="test", ai_1="train", human_1="val", human_2="train")
    alike = {r.id: r.id for r in RECORDS}
    alike |= dict.fromkeys(("ai-x-0", "ai-x-1", "human-x-1", "human-x-2"), "same")

    splits = assigned(given, alike)

    assert {r.id: splits[r.id] for r in given if r.split} == {
        r.id: r.split for r in given if r.split
    }
    assert len(splits) == len(RECORDS)


def test_a_training_image_that_is_a_test_image_too_is_not_cut_out_for_validation() -> None:
    given = [replace(r, split="test" if r.id.endswith("0") else "train") for r in RECORDS]
    alike = {r.id: r.id for r in RECORDS} | {"ai-x-1": "ai-x-0"}

    for seed in range(8):
        splits = assigned(given, alike, seed=seed)
        assert splits["ai-x-1"] == "train"
        assert sum(split == "val" for split in splits.values()) == 14


def test_the_others_of_a_leaking_images_group_stay_with_it() -> None:
    given = [replace(r, split="test" if r.id.endswith("0") else "train") for r in RECORDS]
    scene = {"ai-x-1", "ai-x-2"}
    grouped = [replace(r, group="scene" if r.id in scene else "") for r in given]
    alike = {r.id: r.id for r in RECORDS} | {"ai-x-1": "ai-x-0"}

    for seed in range(16):
        assert {assigned(grouped, alike, seed=seed)[id_] for id_ in scene} == {"train"}


def test_images_follow_those_of_their_group_that_were_given_a_split() -> None:
    group = {"ai-x-5", "human-x-5", "ai-x-6"}
    records = [replace(r, group="scene" if r.id in group else "") for r in placed(ai_5="test")]

    assert {assigned(records, test_fraction=0.0)[id_] for id_ in group} == {"test"}


def test_what_would_tie_given_splits_together_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    given = placed(ai_0="test", human_0="test", ai_1="val", human_1="val")
    alike = {r.id: r.id for r in RECORDS} | dict.fromkeys(("ai-x-0", "ai-x-1", "ai-x-2"), "same")

    splits = assigned(given, alike)

    assert set(alike) - set(splits) == {"ai-x-2"}
    assert "1 images left out, as they belong with images of different splits, like" in caplog.text


def test_one_image_between_two_splits_does_not_draw_its_whole_group_along() -> None:
    given = placed(ai_0="test", human_0="test", ai_1="val", human_1="val")
    camera = {f"ai-x-{number}" for number in range(2, 12)} | {"ai-x-1"}
    records = [replace(r, group="camera" if r.id in camera else "") for r in given]
    alike = {r.id: r.id for r in RECORDS} | {"ai-x-2": "ai-x-0"}

    splits = assigned(records, alike)

    assert set(alike) - set(splits) == {"ai-x-2"}
    assert {splits[id_] for id_ in camera - {"ai-x-2"}} == {"val"}


def test_a_split_that_lacks_a_class_is_refused() -> None:
    few = [*RECORDS[:40], RECORDS[40]]

    with pytest.raises(
        DataError, match=r"both classes in the split (val|test), but got (ai|human|no images) "
    ):
        assigned(few)
    with pytest.raises(DataError, match=r"in the split train, but got ai "):
        assigned([replace(RECORDS[0], split="val"), *RECORDS[40:]])


def test_a_fraction_of_zero_leaves_a_split_out() -> None:
    assert set(assigned(RECORDS, val_fraction=0.0).values()) == {"train", "test"}


def test_what_is_cut_out_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assigned(placed(ai_0="test", human_0="test"))

    assert "val (0.2) cut out of the images to train on, as given: test" in caplog.text


def test_a_single_group_that_is_larger_than_a_split_is_for_training() -> None:
    records = [image(f"big{n}", RECORDS[0].label, group="big") for n in range(30)]

    for seed in range(8):
        splits = assigned([*records, *RECORDS], seed=seed)
        assert {splits[r.id] for r in records} == {"train"}


def test_shares_that_leave_nothing_are_refused() -> None:
    with pytest.raises(
        ConfigError,
        match=r"got 0.5 \+ 0.5 \(data.split.val_fraction, data.split.test_fraction\)",
    ):
        Stratified(val_fraction=0.5, test_fraction=0.5)
