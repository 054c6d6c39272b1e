"""What is in the files, and what is remembered of it."""

import hashlib
import logging
import os
from pathlib import Path

import pytest
from PIL import Image

from ai_vs_human.data.index import index
from ai_vs_human.data.index.cache import IndexCache
from ai_vs_human.data.index.index import index_images
from ai_vs_human.image.decode import DEFAULT_LIMITS, DecodeLimits

PATHS = ("a/one.png", "a/two.jpg", "broken.png")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    Image.new("RGB", (5, 3), "red").save(root / PATHS[0])
    Image.new("L", (7, 9)).save(root / PATHS[1])
    (root / PATHS[2]).write_bytes((root / PATHS[0]).read_bytes()[:50])
    return root


def overwrite_unnoticed(path: Path) -> None:
    """Other bytes, of the same size and time."""
    status = path.stat()
    path.write_bytes(bytes(status.st_size))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_files_are_described_by_their_bytes(root: Path, tmp_path: Path) -> None:
    found = index_images(root, PATHS, tmp_path / "cache")

    one, two = (found.facts[path] for path in PATHS[:2])
    assert (one.width, one.height, one.format, one.mode) == (5, 3, "PNG", "RGB")
    assert (two.width, two.height, two.format, two.mode) == (7, 9, "JPEG", "L")
    assert (one.jpeg_quality, one.jpeg_tables, one.jpeg_subsampling) == (0, "", "")
    assert (two.jpeg_quality, len(two.jpeg_tables), two.jpeg_subsampling) == (75, 16, "4:0:0")
    assert one.sha256 == hashlib.sha256((root / PATHS[0]).read_bytes()).hexdigest()
    assert one.size == (root / PATHS[0]).stat().st_size
    assert one.thumbnail == b"\xff\x00\x00" * 64
    assert [(one.path, "intact image" in one.reason) for one in found.unreadable] == [
        ("broken.png", True)
    ]


@pytest.mark.parametrize("workers", [1, 2, None])
def test_any_number_of_threads_finds_the_same(
    root: Path, tmp_path: Path, workers: int | None
) -> None:
    paths = [f"{number}.png" for number in range(100)]
    for number, path in enumerate(paths):
        Image.new("RGB", (number + 1, 2)).save(root / path)

    found = index_images(root, paths, tmp_path / "cache", workers=workers)

    assert [found.facts[path].width for path in paths] == list(range(1, 101))


def test_equal_pixels_are_known_in_any_container(root: Path, tmp_path: Path) -> None:
    picture = Image.effect_noise((20, 12), 60).convert("RGB")
    turned = Image.Exif()
    turned[0x0112] = 6  # stored lying on its side
    picture.save(root / "a.png")
    picture.convert("RGBA").save(root / "b.bmp")
    picture.transpose(Image.Transpose.ROTATE_90).save(root / "c.tif", exif=turned)
    picture.resize((12, 20)).save(root / "d.png")

    facts = index_images(root, ["a.png", "b.bmp", "c.tif", "d.png"], tmp_path / "cache").facts

    hashes = [facts[path].pixels_sha256 for path in sorted(facts)]
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]
    assert len({one.sha256 for one in facts.values()}) == 4


def test_what_has_not_changed_is_remembered(root: Path, tmp_path: Path) -> None:
    first = index_images(root, PATHS, tmp_path / "cache")
    for path in PATHS:
        overwrite_unnoticed(root / path)

    assert index_images(root, PATHS, tmp_path / "cache") == first


def test_what_has_changed_is_looked_into_again(root: Path, tmp_path: Path) -> None:
    index_images(root, PATHS, tmp_path / "cache")
    Image.new("RGB", (50, 30)).save(root / PATHS[0])
    Image.new("RGB", (2, 1)).save(root / PATHS[2])
    (root / PATHS[1]).unlink()

    found = index_images(root, PATHS, tmp_path / "cache")

    assert {path: facts.width for path, facts in found.facts.items()} == {
        "a/one.png": 50,
        "broken.png": 2,
    }
    assert [(one.path, one.reason) for one in found.unreadable] == [
        ("a/two.jpg", "No such file or directory")
    ]


def test_two_roots_do_not_share_their_memory(root: Path, tmp_path: Path) -> None:
    first = index_images(root, PATHS[:1], tmp_path / "cache")
    copy = tmp_path / "copy"
    root.rename(copy)
    overwrite_unnoticed(copy / PATHS[0])

    second = index_images(copy, PATHS[:1], tmp_path / "cache")

    assert first.facts
    assert not second.facts


def test_other_limits_look_again(root: Path, tmp_path: Path) -> None:
    index_images(root, PATHS[:1], tmp_path / "cache")

    found = index_images(root, PATHS[:1], tmp_path / "cache", limits=DecodeLimits(max_side=4))

    assert "at most 4 pixels" in found.unreadable[0].reason


def test_a_pass_that_is_cut_off_is_remembered(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_SECONDS_AT_A_TIME", 0.0)
    paths = [f"{number}.png" for number in range(100)]
    for number, path in enumerate(paths):
        Image.new("RGB", (number + 1, 2)).save(root / path)
    passing = index._keep(
        index._look(root, paths, 1, DEFAULT_LIMITS),
        IndexCache(tmp_path / "cache", root, DEFAULT_LIMITS),
    )

    for _ in range(10):
        next(passing)

    again = IndexCache(tmp_path / "cache", root, DEFAULT_LIMITS).load()  # as after a kill
    assert set(again) == set(paths[:10])
    passing.close()


def test_a_memory_that_cannot_be_kept_costs_no_run(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file in the folder's place")

    assert len(index_images(root, PATHS, tmp_path / "cache").facts) == 2
    assert "cannot be written" in caplog.text


def test_without_a_terminal_there_is_a_line_and_no_bar(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        index_images(root, PATHS, tmp_path / "cache")
        index_images(root, PATHS, tmp_path / "cache")

    assert caplog.messages == [f"looking into 3 files below {root}"]
    assert capfd.readouterr().err == ""
