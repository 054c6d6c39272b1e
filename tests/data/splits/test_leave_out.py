"""Generators and sources that training never sees."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.splits.file import write_split
from ai_vs_human.data.splits.leave_generator_out import LeaveGeneratorOut
from ai_vs_human.data.splits.leave_source_out import LeaveSourceOut
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label
from tests.data.splits.made import both, counted, image, manifest_of, splits_of

IMAGES = manifest_of(both(20, "a", "b", "c"))


def without(holdout: str | list[str] | None, manifest: Manifest = IMAGES, **more: Any) -> Manifest:
    return LeaveGeneratorOut(holdout=holdout, **more)(manifest, manifest.contents)


def test_a_generator_is_tested_with_a_share_of_each_human_source() -> None:
    counts = counted(without("b", val_fraction=0.2, test_fraction=0.1))

    assert counts == {
        ("ai", "b", "test"): 20,
        **{("ai", g, split): n for g in "ac" for split, n in (("train", 16), ("val", 4))},
        **{
            ("human", s, split): n
            for s in "abc"
            for split, n in (("train", 14), ("val", 4), ("test", 2))
        },
    }


def test_several_generators_are_held_out_together() -> None:
    assert counted(without(["a", "c"]))["ai", "c", "test"] == 20


def test_a_source_is_held_out_likewise() -> None:
    counts = counted(LeaveSourceOut(holdout="c", test_fraction=0.25)(IMAGES, IMAGES.contents))

    assert [counts["human", s, "test"] for s in "abc"] == [0, 0, 20]
    assert [counts["ai", g, "test"] for g in "abc"] == [5, 5, 5]


def test_a_group_with_a_held_out_image_is_tested_whole() -> None:
    scene = {"ai-b-0", "ai-a-0", "human-c-0"}
    grouped = [replace(r, group="scene" if r.id in scene else "") for r in IMAGES.records]

    for seed in range(8):
        splits = splits_of(without("b", manifest_of(grouped), seed=seed))
        assert {splits[id_] for id_ in scene} == {"test"}


def test_a_group_with_another_generators_image_is_not_tested() -> None:
    pairs = [replace(r, group=r.id.split("-")[2] if "-a-" in r.id else "") for r in IMAGES.records]

    counts = counted(without("b", manifest_of(pairs)))

    assert counts["ai", "a", "test"] == counts["human", "a", "test"] == 0
    assert counts["ai", "a", "val"] == counts["human", "a", "val"] == 3


def test_given_splits_are_not_used_which_is_said(caplog: pytest.LogCaptureFixture) -> None:
    given = manifest_of(replace(r, split="train") for r in IMAGES.records)

    with caplog.at_level(logging.INFO):
        assert splits_of(without("b", given)) == splits_of(without("b"))
    assert "the given splits (train) are not used: b is for testing" in caplog.text


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    images = manifest_of(both(20, "sd15", "gan"))

    with pytest.raises(
        DataError,
        match=r"a generator among gan, sd15, but got sd14 \(data.split.holdout\)\n"
        r"hint: data.split.holdout=sd15",
    ):
        without("sd14", images)
    with pytest.raises(DataError, match=r"a source among gan, sd15, but got flickr"):
        LeaveSourceOut(holdout=["gan", "flickr"])(images, images.contents)


def test_nothing_to_hold_out_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"a generator to hold out, but got none \(data.split.ho"):
        without(None)
    with pytest.raises(ConfigError, match=r"a source to hold out, but got none"):
        LeaveSourceOut(holdout=[])


def test_all_generators_cannot_be_held_out() -> None:
    with pytest.raises(DataError, match=r"in the split train, but got human \(data.split.holdout"):
        without(["a", "b", "c"])


def test_a_file_keeps_its_images_and_new_ones_come_to_them(tmp_path: Path) -> None:
    old, grown = without("b"), manifest_of(both(33, "a", "b", "c", "d"))
    write_split(tmp_path / "split.csv", old)

    new = without("b", grown, file=str(tmp_path))

    assert {id_: splits_of(new)[id_] for id_ in splits_of(old)} == splits_of(old)
    counts = counted(new)
    assert (counts["ai", "b", "test"], counts["ai", "d", "test"]) == (33, 0)
    assert all(abs(counts["human", s, "test"] - 0.15 * 33) < 1 for s in "abcd")


def test_a_held_out_image_that_is_alike_with_one_of_training_is_left_out(tmp_path: Path) -> None:
    old = without("b")
    write_split(tmp_path / "split.csv", old)
    learnt = next(r.id for r in old.records if r.split == "train")
    grown = manifest_of([*IMAGES.records, image("new", Label.AI, "b")])
    alike = grown.contents | {"new": grown.contents[learnt]}

    splits = splits_of(LeaveGeneratorOut(holdout="b", file=str(tmp_path))(grown, alike))

    assert splits == splits_of(old)


def test_a_file_in_which_the_generator_is_learnt_from_is_refused(tmp_path: Path) -> None:
    write_split(tmp_path / "split.csv", Stratified()(IMAGES, IMAGES.contents))

    with pytest.raises(
        DataError,
        match=r"(?s)the images of b in test alone, but got ai-b-\d+.png in (train|val) \(.*"
        r"data.split.file\).*holdout=b",
    ):
        without("b", file=str(tmp_path))
