"""Manifests as files and as values."""

from dataclasses import replace
from pathlib import Path

import pytest

from ai_vs_human.data.manifest import Manifest, Record, read_manifest, write_manifest
from ai_vs_human.errors import DataError
from ai_vs_human.labels import Label

RECORDS = (
    Record("a", "ai/gan/a.png", Label.AI, generator="gan", group="g1", split="train"),
    Record("b", "human/b, c.png", Label.HUMAN, source="camera", split="test"),
)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_manifest(tmp_path / "manifest.csv", RECORDS, extra={"a": {"alpha": "1.0"}})

    assert read_manifest(tmp_path / "manifest.csv") == RECORDS
    assert "alpha" in (tmp_path / "manifest.csv").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.csv"]


def test_two_columns_are_enough(tmp_path: Path) -> None:
    records = read_manifest(write(tmp_path, "path,label\nx.png,1\ny.png,Human\n"))

    assert [(r.id, r.label, r.origin, r.split) for r in records] == [
        ("x.png", Label.AI, "unknown", ""),
        ("y.png", Label.HUMAN, "unknown", ""),
    ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)columns path and label.*hint: add the column label"):
        read_manifest(write(tmp_path, "path,class\nx.png,ai\n"))


def test_an_unknown_label_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"human, ai, 0 and 1, but got 'cat' \(.*line 3\)"):
        read_manifest(write(tmp_path, "path,label\nx.png,ai\ny.png,cat\n"))


def test_an_unknown_split_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train, val, test, but got 'dev' \(.*line 2\)"):
        read_manifest(write(tmp_path, "path,label,split\nx.png,ai,dev\n"))


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"each id once, but got 'x\.png' again"):
        read_manifest(write(tmp_path, "path,label\nx.png,ai\nx.png,human\n"))


def test_the_fingerprint_sees_content_and_not_order_or_place() -> None:
    first = Manifest(Path("one"), RECORDS)

    assert first.fingerprint == Manifest(Path("two"), RECORDS[::-1]).fingerprint
    changed = (replace(RECORDS[0], split="val"), RECORDS[1])
    assert first.fingerprint != Manifest(Path("one"), changed).fingerprint


def test_a_part_holds_one_split() -> None:
    assert Manifest(Path(), RECORDS).part("test").records == RECORDS[1:]
