"""Images to shards: whole or not at all, and never among something else."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from litdata import StreamingDataset
from PIL import Image

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.data.streaming.shard_set import SHARDS, ShardSet
from ai_vs_human.data.streaming.table import read_table
from ai_vs_human.data.streaming.write import write_shards
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label
from tests.data.streaming.conftest import in_files


def snapshot(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def write(stored: Path, output: Path, chunk_mib: int = 1, **options: int) -> ShardSet:
    images = in_files(stored / "images", stored / "cache", **options)
    return write_shards(images.given, images.manifest, str(output), chunk_mib=chunk_mib)


def test_the_library_itself_reads_the_files_back_byte_for_byte(stored: Path) -> None:
    records, _ = read_table(stored / "shards" / "images.csv")
    items = StreamingDataset(str(stored / "shards"), shuffle=False)

    read = [bytes(item) for item in items]

    assert read == [(stored / "images" / record.path).read_bytes() for record in records]


def test_the_list_of_images_is_the_manifest_with_all_that_is_known_of_the_files(
    stored: Path,
) -> None:
    given = in_files(stored / "images", stored / "cache").given
    records, facts = read_table(stored / "shards" / "images.csv")

    assert set(records) == set(given.records)
    assert facts == given.facts


def test_a_split_lies_together_and_its_classes_are_mixed(stored: Path) -> None:
    images = in_files(stored / "images", stored / "cache")
    splits = {record.id: record.split for record in images.manifest.records}
    records, _ = read_table(stored / "shards" / "images.csv")

    told = [splits[record.id] for record in records]
    assert told == sorted(told)
    assert {record.label for record in records[:8]} == set(Label)


def test_the_same_set_is_not_written_again(stored: Path) -> None:
    before = snapshot(stored / "shards")

    written = write(stored, stored / "shards")

    assert snapshot(stored / "shards") == before
    assert written == ShardSet.at(RemoteFolder(str(stored / "shards"), "output"))


def test_a_place_with_other_files_is_refused(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.pdf").touch()

    with pytest.raises(DataError, match=r"empty place or these shards, but got .*thesis\.pdf"):
        write(stored, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.pdf"]


def test_shards_of_other_images_are_refused(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored / "shards", tmp_path / "shards")
    told = json.loads((tmp_path / "shards" / SHARDS).read_text())
    (tmp_path / "shards" / SHARDS).write_text(json.dumps(told | {"fingerprint": "0" * 64}))

    with pytest.raises(DataError, match="but got shards of other images"):
        write(stored, tmp_path / "shards")


def test_what_stops_on_the_way_is_no_set_and_can_be_written_again(
    stored: Path, tmp_path: Path
) -> None:
    shutil.copytree(stored / "images", tmp_path / "images")
    images = in_files(tmp_path / "images", tmp_path / "cache")
    last = max(images.given.records, key=lambda r: (images.given.contents[r.id], r.id))
    content = (tmp_path / "images" / last.path).read_bytes()
    (tmp_path / "images" / last.path).write_bytes(b"changed")
    output = tmp_path / "shards"

    with pytest.raises(DataError, match=r"as it was listed, but got another one .*\.png"):
        write_shards(images.given, images.given, str(output), chunk_mib=1)
    left = snapshot(output)
    assert "chunk-0-0.bin" in left
    assert ShardSet.at(RemoteFolder(str(output), "output")) is None

    (tmp_path / "images" / last.path).write_bytes(content)
    write_shards(images.given, images.given, str(output), chunk_mib=1)
    assert ShardSet.at(RemoteFolder(str(output), "output")) is not None
    assert "unfinished.json" not in snapshot(output)


def test_an_image_larger_than_a_chunk_has_its_own(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (700, 700, 3), dtype=np.uint8)
    for label in ("ai", "human"):
        (tmp_path / label).mkdir()
        for number in range(3):
            Image.fromarray(pixels + number).save(tmp_path / label / f"{label}{number}.png")
    images = in_files(tmp_path, tmp_path / "cache")

    written = write_shards(images.given, images.given, str(tmp_path / "shards"), chunk_mib=1)

    assert sum(name.startswith("chunk-") for name in written.files) == 6


def test_a_chunk_of_no_size_is_refused(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"1 to 2,048 MiB, but got 0 \(chunk_mib\)"):
        write(stored, tmp_path, chunk_mib=0)


def test_a_damaged_list_of_files_is_named(tmp_path: Path) -> None:
    (tmp_path / SHARDS).write_text("[]")

    with pytest.raises(DataError, match=r"(?s)shards of version 1, but got .*shards\.json.*hint"):
        ShardSet.at(RemoteFolder(str(tmp_path), "output"))
