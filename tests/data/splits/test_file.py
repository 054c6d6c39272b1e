"""A split to a file, and back onto images that may have other names."""

import csv
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.splits.file import known_places, write_split
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.errors import DataError
from ai_vs_human.labels import Label
from tests.data.splits.made import both, image, manifest_of, sha, splits_of


def split_up(manifest: Manifest, file: Path | None = None) -> Manifest:
    return Stratified(file=file and str(file))(manifest, manifest.contents)


def test_the_file_says_of_every_image_where_it_went(tmp_path: Path) -> None:
    manifest = split_up(manifest_of(both(20, "a", "b")))

    write_split(tmp_path / "split.csv", manifest)

    with (tmp_path / "split.csv").open() as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert {id_: row["split"] for id_, row in rows.items()} == splits_of(manifest)
    assert rows["ai-a-0"] == {
        "id": "ai-a-0", "path": "ai-a-0.png", "sha256": sha("ai-a-0"), "label": "ai",
        "origin": "a", "group": "", "split": rows["ai-a-0"]["split"], "fold": "",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["split.csv"]


@pytest.mark.parametrize("name", ["", "split.csv"])
def test_renamed_images_stay_by_their_content(tmp_path: Path, name: str) -> None:
    before = split_up(manifest_of(both(20)))
    write_split(tmp_path / "split.csv", before)
    ids = {r.id: f"moved/{r.id}" for r in before.records}
    renamed = manifest_of(
        [replace(r, id=ids[r.id], path=ids[r.id], split="") for r in before.records],
        {new: old for old, new in ids.items()},
    )

    places = known_places(tmp_path / name, renamed)

    assert {id_: place.split for id_, place in places.items()} == {
        ids[id_]: split for id_, split in splits_of(before).items()
    }


def test_equal_files_in_two_splits_keep_both(tmp_path: Path) -> None:
    records = [
        image(name, Label.AI, split=split) for name, split in (("a", "test"), ("b", "train"))
    ]
    manifest = manifest_of(records, {"b": "a"})
    write_split(tmp_path / "split.csv", manifest)
    more = manifest_of([*records, image("c", Label.AI)], {"b": "a", "c": "a"})

    places = known_places(tmp_path, more)

    assert {id_: place.split for id_, place in places.items()} == {"a": "test", "b": "train"}


def test_what_is_new_and_what_vanished_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_split(tmp_path / "split.csv", split_up(manifest_of(both(20))))

    with caplog.at_level(logging.INFO):
        split_up(manifest_of([*both(18), image("new", Label.AI)]), tmp_path)

    assert "36 images keep the split of" in caplog.text
    assert "1 are new" in caplog.text
    assert "4 of the 40 images of" in caplog.text
    assert "are not among these, like ai-x-18.png" in caplog.text


def test_a_new_image_that_joins_two_splits_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = split_up(manifest_of(both(20)))
    write_split(tmp_path / "split.csv", old)
    ends = [next(r.id for r in old.records if r.split == split) for split in ("train", "test")]
    grown = manifest_of([*both(20), image("bridge", Label.AI), image("new", Label.AI)])
    alike = grown.contents | dict.fromkeys([*ends, "bridge"], "one cluster")

    new = splits_of(Stratified(file=str(tmp_path))(grown, alike))

    assert {id_: split for id_, split in new.items() if id_ != "new"} == splits_of(old)
    assert "1 images left out, as they belong with images of different splits" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"expected a file with splits, but got none \(.*split.csv, data.split.file\)"),
        ("path,split\n", r"the columns sha256 and split, but got \['path', 'split'\]"),
        ("sha256,split\n00,tset\n", r"a split among train, val, test, but got 'tset' .*line 2"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "split.csv").write_text(text)

    with pytest.raises(DataError, match=rf"(?s){message}.*hint: data.split.file=<a run's folder"):
        split_up(manifest_of(both(20)), tmp_path / "split.csv")
