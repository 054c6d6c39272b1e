"""A set of shards to a manifest, streamed or unpacked."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest

from ai_vs_human.data.streaming.source import ShardSource
from ai_vs_human.data.streaming.write import write_shards
from ai_vs_human.errors import ConfigError, DataError, StorageError
from tests.data.streaming.conftest import in_files, in_shards


def test_unpacked_shards_are_the_files(stored: Path, tmp_path: Path) -> None:
    files = in_files(stored / "images", stored / "cache").manifest
    images = in_shards(stored / "shards", tmp_path, streaming=False)

    assert images.shards is None
    assert images.manifest.records == files.records
    for record in files.records:
        path = images.manifest.root / record.path
        assert path.read_bytes() == (files.root / record.path).read_bytes()


def test_what_a_killed_unpacking_leaves_is_not_trusted(stored: Path, tmp_path: Path) -> None:
    source = ShardSource(str(stored / "shards"), tmp_path, streaming=False)
    partial = source.files.place / "images.partial"
    (partial / "ai").mkdir(parents=True)
    (partial / "ai" / "000.png").write_bytes(b"half")

    manifest = source.prepare()

    assert not partial.exists()
    assert (manifest.root / "ai" / "000.png").read_bytes() != b"half"


def test_paths_that_lead_out_are_refused(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored / "shards", tmp_path / "shards")
    images, told = tmp_path / "shards" / "images.csv", tmp_path / "shards" / "shards.json"
    table = images.read_text().replace("ai/000.png,ai/000.png", "ai/000.png,../../000.png")
    images.write_text(table)
    listed = json.loads(told.read_text())
    listed["files"]["images.csv"] = {
        "size": len(table.encode()),
        "sha256": hashlib.sha256(table.encode()).hexdigest(),
    }
    told.write_text(json.dumps(listed))

    with pytest.raises(DataError, match=r"paths below a folder, but got '\.\./\.\./000\.png'"):
        ShardSource(str(tmp_path / "shards"), tmp_path, streaming=False).prepare()


def test_an_address_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)got no address \(data\.root\).*scripts/shards\.py"):
        ShardSource(None, tmp_path).prepare()


def test_a_window_holds_a_chunk_or_more(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"at least 1, but got 0 \(data\.window_chunks\)"):
        ShardSource(None, tmp_path, window_chunks=0)


def test_without_the_library_the_extra_is_named(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = in_files(stored / "images", stored / "cache")
    monkeypatch.setitem(sys.modules, "litdata", None)
    said = r"the package litdata.*\nhint: uv sync --extra streaming"

    with pytest.raises(StorageError, match=said):
        _ = in_shards(stored / "shards", tmp_path).given
    with pytest.raises(StorageError, match=said):
        write_shards(images.given, images.manifest, str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
