"""Folds, each of which is tested once."""

import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.splits.file import write_split
from ai_vs_human.data.splits.kfold import KFold
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.errors import ConfigError, DataError
from tests.data.splits.made import both, counted, manifest_of, splits_of


def folded(manifest: Manifest, fold: int = 0, **options: Any) -> Manifest:
    return KFold(fold=fold, **options)(manifest, manifest.contents)


def keep(path: Path, manifest: Manifest, **options: Any) -> Path:
    splitter = KFold(**options)
    write_split(path, splitter(manifest, manifest.contents), splitter.folds_by_id)
    return path


def test_validation_is_cut_from_the_rest() -> None:
    counts = counted(folded(manifest_of(both(50, "a", "b")), val_fraction=0.25))

    assert set(counts.values()) == {10, 30}
    assert counts["ai", "a", "val"] == counts["ai", "a", "test"] == 10


def test_given_splits_are_not_used_which_is_said(caplog: pytest.LogCaptureFixture) -> None:
    given = manifest_of(replace(r, split="train") for r in both(20))

    with caplog.at_level(logging.INFO):
        splits = splits_of(folded(given))

    assert splits == splits_of(folded(manifest_of(both(20))))
    assert "the given splits (train) are not used: each image is tested in one of 5" in caplog.text


def test_a_file_of_one_fold_keeps_the_images_of_every_fold(tmp_path: Path) -> None:
    old, grown = manifest_of(both(33)), manifest_of(both(47))
    keep(tmp_path / "split.csv", old, fold=3)

    tested: Counter[str] = Counter()
    for fold in range(5):
        before = splits_of(folded(old, fold))
        after = splits_of(folded(grown, fold, file=str(tmp_path)))
        tested.update(id_ for id_, split in after.items() if split == "test")
        assert all((after[id_] == "test") == (before[id_] == "test") for id_ in before)
        if fold == 3:
            assert {id_: after[id_] for id_ in before} == before
    assert tested == Counter(grown.contents.keys())
    counts = counted(folded(grown, 1, file=str(tmp_path)))
    assert all(abs(counts[label, "x", "test"] - 47 / 5) < 1 for label in ("ai", "human"))


def test_a_file_without_these_folds_is_refused(tmp_path: Path) -> None:
    manifest = manifest_of(both(40))
    write_split(tmp_path / "plain.csv", Stratified()(manifest, manifest.contents))
    keep(tmp_path / "more.csv", manifest, folds=7)

    with pytest.raises(DataError, match=r"images in 5 folds, but got no folds \(.*plain.csv, data"):
        folded(manifest, file=str(tmp_path / "plain.csv"))
    with pytest.raises(DataError, match=r"images in 5 folds, but got fold 6 \(.*more.csv, data"):
        folded(manifest, file=str(tmp_path / "more.csv"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": 1}, r"at least 2 folds, but got 1 \(data.split.folds\)"),
        ({"fold": 5}, r"(?s)a fold from 0 to 4, but got 5 \(data.split.fold\).*range\(5\)"),
        ({"val_fraction": 1.0}, r"a share in \[0, 1\), but got 1.0 \(data.split.val_fraction\)"),
    ],
)
def test_folds_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        KFold(**options)
