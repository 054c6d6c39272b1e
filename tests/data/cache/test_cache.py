"""Caches are built once, trusted only when whole, and bounded."""

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from ai_vs_human.data.cache.cache import Caches, DecodedCache
from ai_vs_human.data.cache.plan import Plan
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.errors import DataError
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.decode import read_image
from ai_vs_human.image.preprocess import Preprocess
from tests.conftest import ROOT
from tests.data.cache.images import WHOLE, Darker, manifest_of, write_images

GIB = 2**30


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return write_images(tmp_path / "images")


@pytest.fixture
def caches(tmp_path: Path) -> Caches:
    return Caches(tmp_path / "caches", 1.0)


def opened(caches: Caches, plan: Plan) -> DecodedCache:
    cache = caches.open(plan)
    assert cache is not None
    return cache


def is_right(cache: DecodedCache, manifest: Manifest) -> bool:
    pixels = cache.of(manifest)
    images = [read_image(manifest.root / record.path) for record in manifest.records]
    return all(np.array_equal(pixels[row], image) for row, image in enumerate(images))


def folders(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.is_dir())


def test_images_of_several_sizes_come_back_and_equal_files_are_kept_once(
    manifest: Manifest, caches: Caches
) -> None:
    cache = opened(caches, Plan(manifest, WHOLE))

    assert is_right(cache, manifest)
    assert (cache.folder / "pixels.bin").stat().st_size == sum(
        3 * (10 + n) * (24 - n) for n in range(12) if n != 1
    )


def test_an_image_is_found_again_by_another_process(manifest: Manifest, caches: Caches) -> None:
    pixels = opened(caches, Plan(manifest, WHOLE)).of(manifest)

    sent = pickle.dumps(pixels)

    assert np.array_equal(pickle.loads(sent)[3], pixels[3])  # noqa: S301 -- ours
    _ = pixels[3]
    assert len(pickle.dumps(pixels)) == len(sent), "the map itself is not sent"


def test_order_splits_and_names_share_a_cache_and_contents_and_kinds_do_not(
    manifest: Manifest, tmp_path: Path
) -> None:
    key = Plan(manifest, WHOLE).key
    (tmp_path / "moved").mkdir()
    for path in sorted((tmp_path / "images").rglob("*.png")):
        target = tmp_path / "moved" / path.parent.name / f"other{path.name}"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    part = manifest.with_records(manifest.records[2:])

    assert Plan(manifest.with_records(manifest.records[::-1]), WHOLE).key == key
    assert Plan(manifest_of(tmp_path / "moved"), WHOLE).key == key
    assert Plan(manifest, Preprocess("as_is")).key == key
    assert Plan(manifest, Preprocess("crop", 9)).key == key
    others = [
        Plan(part, WHOLE),
        Plan(manifest, WHOLE, Darker()),
        Plan(manifest, Preprocess("resize", 8)),
        Plan(manifest, Preprocess("resize", 9)),
    ]
    assert len({key, *(plan.key for plan in others)}) == 5


def test_who_comes_while_it_is_built_waits_and_then_uses_it(
    manifest: Manifest, caches: Caches, tmp_path: Path
) -> None:
    second = Event()

    class Waiting(Darker):
        def __call__(self, pixels: RgbImage, record: Record) -> RgbImage:
            assert second.wait(60)
            return super().__call__(pixels, record)

    first = Thread(target=opened, args=(caches, Plan(manifest, WHOLE, Waiting())))
    first.start()
    with builder(tmp_path) as process:
        assert process.stdout is not None
        assert "another process decodes these images: waiting" in process.stdout.readline()
        second.set()
        assert process.stdout.readline() == "open\n", "and decodes none of them itself"
    first.join()


def test_nobody_trusts_or_waits_for_a_killed_build(
    manifest: Manifest, caches: Caches, tmp_path: Path
) -> None:
    home = tmp_path / "caches"
    with builder(tmp_path, "stop") as process:
        assert process.stdout is not None
        while process.stdout.readline() != "stopped\n":
            assert process.poll() is None
        process.kill()
    [left] = folders(home)
    assert left.endswith(".partial")

    cache = opened(caches, Plan(manifest, WHOLE, Darker()))

    assert folders(home) == [cache.folder.name]
    pixels = cache.of(manifest)
    for row, record in enumerate(manifest.records):
        image = Darker()(read_image(manifest.root / record.path), record)
        assert np.array_equal(pixels[row], image)


def test_what_a_killed_build_of_other_images_left_is_removed(
    manifest: Manifest, caches: Caches, tmp_path: Path
) -> None:
    left = tmp_path / "caches" / "0123456789abcdef.partial"
    left.mkdir(parents=True)
    with (left / "pixels.bin").open("wb") as file:
        file.truncate(GIB)

    cache = opened(caches, Plan(manifest, WHOLE))

    assert folders(tmp_path / "caches") == [cache.folder.name]


def builder(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.data.cache.images"]
    command += [str(folder / "images"), str(folder / "caches"), *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def truncate(folder: Path) -> None:
    os.truncate(folder / "pixels.bin", (folder / "pixels.bin").stat().st_size - 1)


def zero(folder: Path) -> None:
    (folder / "pixels.bin").write_bytes(bytes((folder / "pixels.bin").stat().st_size))


def spoil_the_index(folder: Path) -> None:
    content = bytearray((folder / "index.npy").read_bytes())
    content[-5] ^= 1
    (folder / "index.npy").write_bytes(content)


def spoil_the_description(folder: Path) -> None:
    (folder / "description.json").write_text("{")


@pytest.mark.parametrize(
    "damage", [truncate, zero, spoil_the_index, spoil_the_description], ids=lambda d: d.__name__
)
def test_a_damaged_cache_is_built_again_with_a_warning(
    damage: Callable[[Path], None],
    manifest: Manifest,
    caches: Caches,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = opened(caches, Plan(manifest, WHOLE))
    first.close()
    damage(first.folder)

    assert is_right(opened(caches, Plan(manifest, WHOLE)), manifest)
    assert "is damaged" in caplog.text
    caplog.clear()
    assert is_right(opened(caches, Plan(manifest, WHOLE)), manifest)
    assert not caplog.text


def test_a_file_that_changed_since_it_was_listed_is_not_kept_under_its_old_name(
    manifest: Manifest, caches: Caches, tmp_path: Path
) -> None:
    path = tmp_path / "images" / "human" / "2.png"
    path.write_bytes((tmp_path / "images" / "human" / "4.png").read_bytes())

    with pytest.raises(DataError, match=r"as it was listed, but got another one \(.*2\.png"):
        caches.open(Plan(manifest, WHOLE))
    assert folders(tmp_path / "caches") == []


def test_what_is_larger_than_the_bound_is_decoded_each_time(
    manifest: Manifest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan = Plan(manifest, Preprocess("resize", 1000))

    assert Caches(tmp_path / "caches", 0.02).open(plan) is None
    assert (
        "no cache of decoded images: it needs 0.03 GiB, and data.cache_gib allows 0.02;"
        " they are decoded again in each epoch\nhint: data.cache_gib=1" in caplog.text
    )
    assert folders(tmp_path / "caches") == []


def test_a_disk_with_too_little_room_is_left_alone(
    manifest: Manifest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = opened(Caches(tmp_path / "caches", 1.0), Plan(manifest, WHOLE))
    old.close()

    # No disk of a test is smaller than a pixel: the margin is larger than any disk.
    cache = Caches(tmp_path / "caches", 1.0, margin_gib=2.0**30)

    assert cache.open(Plan(manifest, Preprocess("resize", 8))) is None
    assert "GiB that are free in" in caplog.text
    assert "paths.cache_dir=<folder> is another disk" in caplog.text
    assert folders(tmp_path / "caches") == [old.folder.name], "nothing is removed in vain"


def test_a_folder_that_cannot_be_made_costs_time_only(
    manifest: Manifest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()

    assert Caches(tmp_path / "file" / "caches", 1.0).open(Plan(manifest, WHOLE)) is None
    assert "decoded images cannot be kept" in caplog.text


def test_the_least_recently_used_go_first_and_never_one_in_use(
    manifest: Manifest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    size = 11 * 3 * 100 * 100
    caches = Caches(tmp_path / "caches", 3.5 * size / GIB)
    plans = [Plan(manifest, Preprocess("resize", 100), kind()) for kind in deliveries(5)]
    oldest, middle, newest = (opened(caches, plan) for plan in plans[:3])
    for age, cache in enumerate((newest, middle, oldest), start=1):
        os.utime(cache.folder / "description.json", (age * -1e6 + 1e9,) * 2)
    middle.close()
    newest.close()

    caplog.set_level(logging.INFO)
    fourth = opened(caches, plans[3])

    left = {oldest.folder.name, newest.folder.name, fourth.folder.name}
    assert set(folders(tmp_path / "caches")) == left
    assert f"removed the pixels in {middle.folder}" in caplog.text
    _ = opened(caches, plans[2])
    assert caches.open(plans[4]) is None
    assert "others that are in use take" in caplog.text


def deliveries(count: int) -> list[type[Darker]]:
    return [type(f"Kind{n}", (Darker,), {"key": f"kind {n}"}) for n in range(count)]


def test_a_cache_can_be_asked_for_without_being_built(manifest: Manifest, caches: Caches) -> None:
    plan = Plan(manifest, WHOLE)

    assert caches.open(plan, build=False) is None
    opened(caches, plan).close()
    assert caches.open(plan, build=False) is not None
