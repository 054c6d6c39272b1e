"""CSV files and the images that they list to manifests."""

import shutil
from pathlib import Path

import pytest

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.sources.csv_file import CsvSource
from ai_vs_human.errors import DataError, UnreadableError
from tests.data.sources.test_folder import fill
from tests.data.sources.test_table import table
from tests.runs.registry.google import bucket_at


def manifest_of(tmp_path: Path, file: str | None, root: str | None = None) -> Manifest:
    return CsvSource(file, root, tmp_path / "cache", table()).prepare()


def images(tmp_path: Path, *more: str) -> Path:
    """Six images, and a list of them."""
    root = fill(tmp_path / "mine" / "images", "x", "y", number=3)
    lines = [f"{f}/{n}.png,{'ai' if f == 'x' else 'human'}" for f in "xy" for n in range(3)]
    (root / "list.csv").write_text("\n".join(["path,label", *lines, *more, ""]))
    return root


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    root = images(tmp_path)

    manifest = manifest_of(tmp_path, str(root / "list.csv"))

    assert manifest.root == root
    assert {(r.path[0], r.label.key) for r in manifest.records} == {("x", "ai"), ("y", "human")}
    assert len(manifest) == len(manifest.facts) == 6


def test_or_to_a_root_of_their_own(tmp_path: Path) -> None:
    root = images(tmp_path)
    list_file = shutil.move(root / "list.csv", tmp_path / "elsewhere.csv")

    assert len(manifest_of(tmp_path, str(list_file), str(root))) == 6


def test_file_and_images_may_lie_in_a_bucket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = images(tmp_path)
    shutil.copy(root / "list.csv", tmp_path / "here.csv")

    with bucket_at(tmp_path, monkeypatch):
        beside = manifest_of(tmp_path, "gs://mine/images/list.csv")
        apart = manifest_of(tmp_path, str(tmp_path / "here.csv"), "gs://mine/images")

    assert beside.root.is_relative_to(tmp_path / "cache")
    assert len(beside) == 6
    assert beside.fingerprint == apart.fingerprint


def test_too_many_missing_images_are_refused(tmp_path: Path) -> None:
    root = images(tmp_path, "x/none.png,ai")

    with pytest.raises(UnreadableError, match=r"1 of 7, such as x/none\.png: No such file"):
        manifest_of(tmp_path, str(root / "list.csv"))


def test_no_file_no_such_file_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("path,label\n")

    with pytest.raises(DataError, match=r"expected a CSV file, but got none \(data\.file\)"):
        manifest_of(tmp_path, None)
    with pytest.raises(DataError, match=r"a CSV file, but got /no\.csv, which is none \(data\.fi"):
        manifest_of(tmp_path, "/no.csv")
    with pytest.raises(DataError, match=r"a line for each image, but got none \(.*empty\.csv\)"):
        manifest_of(tmp_path, str(tmp_path / "empty.csv"))
