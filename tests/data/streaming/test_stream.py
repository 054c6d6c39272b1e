"""Shards to batches: the same samples as of files, and an epoch that goes on where it stopped."""

import shutil
from pathlib import Path

import pytest
import torch

from ai_vs_human.batch import Batch
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.images import Images
from ai_vs_human.errors import ConfigError
from tests.data.streaming.conftest import in_files, in_shards
from tests.runs.registry.google import bucket_at


def epoch(images: Images, number: int = 1, given: int = 0) -> list[Batch]:
    data = ImageDataModule(images)
    data.begin_after(given)
    loader = data.train_dataloader()
    loader.sampler.set_epoch(number)  # type: ignore[attr-defined]  # ours has it
    return list(loader)


def by_index(batches: list[Batch]) -> dict[int, tuple[int, torch.Tensor]]:
    return {
        int(index): (int(label), image)
        for batch in batches
        for index, label, image in zip(batch.indices, batch.labels, batch.images, strict=True)
    }


def assert_equal(one: list[Batch], other: list[Batch]) -> None:
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert a.indices.tolist() == b.indices.tolist()
        assert torch.equal(a.labels, b.labels)
        assert torch.equal(a.images, b.images)


def test_a_streamed_image_gives_the_pixels_of_its_file(stored: Path, tmp_path: Path) -> None:
    files = in_files(stored / "images", stored / "cache")
    shards = in_shards(stored / "shards", tmp_path)

    expected, streamed = by_index(epoch(files)), by_index(epoch(shards))

    assert shards.manifest.records == files.manifest.records
    assert shards.manifest.fingerprint == files.manifest.fingerprint
    assert streamed.keys() == expected.keys()
    for index, (label, image) in expected.items():
        assert streamed[index][0] == label
        assert torch.equal(streamed[index][1], image)


def test_no_cache_is_told_of_that_is_none(
    stored: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        epoch(in_shards(stored / "shards", tmp_path))

    assert "max_cache_size" not in caplog.text


def test_images_to_measure_on_are_all_there_in_the_order_of_the_manifest(
    stored: Path, tmp_path: Path
) -> None:
    expected = list(
        ImageDataModule(in_files(stored / "images", stored / "cache")).test_dataloader()
    )
    streamed = list(ImageDataModule(in_shards(stored / "shards", tmp_path)).test_dataloader())

    assert_equal(expected, streamed)


@pytest.mark.parametrize("workers", [0, 2])
def test_an_epoch_goes_on_in_its_middle_exactly(stored: Path, tmp_path: Path, workers: int) -> None:
    whole = epoch(in_shards(stored / "shards", tmp_path))

    rest = epoch(in_shards(stored / "shards", tmp_path, num_workers=workers), given=3)

    assert_equal(rest, whole[3:])


@pytest.mark.parametrize("workers", [0, 2])
def test_shards_in_a_bucket_are_streamed_through_a_small_cache(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    shutil.copytree(stored / "shards", tmp_path / "google" / "mine" / "shards")
    whole = epoch(in_shards(stored / "shards", tmp_path))
    with bucket_at(tmp_path / "google", monkeypatch) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)  # workers are processes of their own
        images = in_shards(
            "gs://mine/shards", tmp_path / "cache", num_workers=workers, cache_gib=5.5 / 1024
        )

        rest = epoch(images, given=3)

    assert_equal(rest, whole[3:])
    kept = list((tmp_path / "cache" / "shards").glob("*/chunk-*.bin"))
    assert 0 < sum(path.stat().st_size for path in kept) <= 5.5 * 2**20


def test_a_cache_too_small_for_two_windows_is_refused(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(stored / "shards", tmp_path / "google" / "mine" / "shards")
    with bucket_at(tmp_path / "google", monkeypatch):
        images = in_shards("gs://mine/shards", tmp_path / "cache", cache_gib=2 / 1024)

        with pytest.raises(ConfigError, match=r"(?s)room for 5 chunks .*hint: data\.cache_gib=1"):
            epoch(images)


def test_only_shards_can_be_streamed(stored: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)shards to stream from.*scripts/shards\.py data="):
        in_files(stored / "images", stored / "cache", streaming=True)
