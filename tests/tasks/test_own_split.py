"""A run's split, kept in its folder for when it goes on."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.data.images import Images
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.sources.folder import FolderSource
from ai_vs_human.data.splits.kfold import KFold
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.runs.stored import write_config
from ai_vs_human.tasks.own_split import in_own_split, keep_split
from tests.data.splits.made import both, manifest_of, splits_of

KFOLD = {"_target_": "KFold", "folds": 5, "fold": 0, "file": None}


class Listed(FolderSource):
    """Images that nobody drew."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def prepare(self) -> Manifest:
        return self.manifest


def images_of(number: int, split: Any, **options: Any) -> Images:
    source = Listed(manifest_of(both(number)))
    return Images(source, "unused", {"mode": "as_is"}, split=split, near_duplicates=None, **options)


def begun(folder: Path, split: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a run that has begun in a folder has below `data`."""
    data = {"root": "x", "split": split}
    folder.mkdir()
    write_config(folder, {"data": data})
    return data


@pytest.mark.parametrize("limit", [None, 3])
def test_a_run_that_goes_on_keeps_its_split_when_images_were_added(
    tmp_path: Path, limit: int | None
) -> None:
    data = begun(tmp_path / "run", KFOLD)
    before = images_of(37, KFold(), limit=limit)
    keep_split(before, tmp_path / "run")

    split = dict(in_own_split(data, tmp_path / "run")["split"])
    del split["_target_"]
    after = splits_of(images_of(61, KFold(**split), limit=None).manifest)

    assert splits_of(before.divided).items() <= after.items()
    assert (
        not splits_of(before.divided).items() <= splits_of(images_of(61, KFold()).divided).items()
    )


def test_where_there_is_nothing_to_keep_to_the_config_decides(tmp_path: Path) -> None:
    data = begun(tmp_path / "run", KFOLD)

    assert in_own_split(data, tmp_path / "run") is data
    keep_split(images_of(40, KFold()), tmp_path / "run")
    for split in ({**KFOLD, "fold": 1}, {"_target_": "mine"}, None):
        assert in_own_split({**data, "split": split}, tmp_path / "run")["split"] == split
    assert in_own_split(data, tmp_path / "elsewhere") is data
    shutil.rmtree(tmp_path / "run")
    own = begun(tmp_path / "run", {"_target_": "mine"})
    keep_split(images_of(40, Stratified()), tmp_path / "run")
    assert in_own_split(own, tmp_path / "run") is own


def test_images_without_splits_leave_no_file(tmp_path: Path) -> None:
    keep_split(images_of(40, Stratified(), test_on="all"), tmp_path)

    assert not list(tmp_path.iterdir())
