"""Images that are in two splits at once."""

import logging
from dataclasses import replace

import pytest
from hypothesis import given

from ai_vs_human.data.manifest import SPLITS, Record
from ai_vs_human.data.splits.leaks import find_leaks, mend_leaks
from ai_vs_human.labels import Label
from tests.data.splits.made import crossings, image, manifest_of, quickly, tangles


def at(name: str, split: str, group: str = "") -> Record:
    return replace(image(name, Label.AI), split=split, group=group)


def leaking(*records: Record, **same: str) -> list[str]:
    """The ids of the images to leave out, where some share a word."""
    return [leak.record.id for leak in find_leaks(records, {r.id: r.id for r in records} | same)]


def test_test_comes_before_validation_and_validation_before_training() -> None:
    records = (at("a", "train"), at("b", "val"), at("c", "test"), at("d", "test"))

    assert leaking(*records, a="c") == ["a"]
    assert leaking(*records, b="c") == ["b"]
    assert leaking(*records, a="b") == ["a"]
    assert leaking(*records, d="c") == []


def test_a_group_in_two_splits_leaks_as_equal_images_do() -> None:
    assert leaking(at("a", "train", "scene"), at("b", "test", "scene")) == ["a"]


def test_an_image_that_goes_takes_its_ties_along() -> None:
    """The validation image goes, and what is of its group may stay in training."""
    records = (at("a", "train", "g"), at("b", "val", "g"), at("c", "test"))

    assert leaking(*records, b="c") == ["b"]


@quickly
@given(tangle=tangles(splits=[*SPLITS, ""]))
def test_without_the_leaks_nothing_crosses_a_split(
    tangle: tuple[tuple[Record, ...], dict[str, str]],
) -> None:
    records, alike = tangle
    given_ = manifest_of([r for r in records if r.split])

    mended = mend_leaks(given_, alike, drop=True)

    assert not crossings(mended, alike)
    assert mended.part("test") == given_.part("test")
    assert bool(crossings(given_, alike)) == (len(mended) < len(given_))


def test_leaks_are_reported_once_and_dropped_on_demand(caplog: pytest.LogCaptureFixture) -> None:
    manifest = manifest_of([*(at(f"t{n}", "train") for n in range(4)), at("e", "test")])
    alike = {r.id: r.id for r in manifest.records} | dict.fromkeys(("t1", "t2", "t3", "e"), "w")

    with caplog.at_level(logging.INFO):
        kept = mend_leaks(manifest, alike, drop=False)

    assert kept == manifest
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "3 images of training or validation are alike with" in caplog.text
    assert "like t1.png (train) and e.png (test); t2.png (train) and e.png (test);" in caplog.text
    assert "data.drop_leaks=true leaves them out" in caplog.text

    with caplog.at_level(logging.INFO):
        mended = mend_leaks(manifest, alike, drop=True)

    assert [record.id for record in mended.records] == ["t0", "e"]
    assert "data.drop_leaks: 3 images left out, like t1.png (train) and e.png" in caplog.text
