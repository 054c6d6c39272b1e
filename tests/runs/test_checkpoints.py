"""The newest whole resume point, and none that is damaged."""

import logging
from pathlib import Path

import pytest
import torch

from ai_vs_human.runs.checkpoints import damage, remove_resume_points, resume_point


def point(folder: Path, name: str) -> Path:
    path = folder / "checkpoints" / name
    path.parent.mkdir(exist_ok=True)
    torch.save({"weights": torch.arange(1000), "step": 3}, path)
    return path


def test_the_newest_point_comes_first_and_the_one_before_it_second(tmp_path: Path) -> None:
    assert resume_point(tmp_path) is None
    before = point(tmp_path, "resume_before.ckpt")
    assert resume_point(tmp_path) == before
    newest = point(tmp_path, "resume.ckpt")
    assert resume_point(tmp_path) == newest


@pytest.mark.parametrize("at", [0.3, 0.5, 0.7])
def test_one_flipped_bit_is_found_and_told(
    at: float, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before, newest = point(tmp_path, "resume_before.ckpt"), point(tmp_path, "resume.ckpt")
    content = bytearray(newest.read_bytes())
    content[int(at * len(content))] ^= 4
    newest.write_bytes(content)

    with caplog.at_level(logging.WARNING):
        assert resume_point(tmp_path) == before

    assert f"skipped: {newest} is damaged" in caplog.text


@pytest.mark.parametrize("length", [0, 1, 100, -1, -100])
def test_a_torn_file_is_damaged(length: int, tmp_path: Path) -> None:
    newest = point(tmp_path, "resume.ckpt")
    newest.write_bytes(newest.read_bytes()[:length])

    assert damage(newest) is not None
    assert resume_point(tmp_path) is None


def test_a_whole_file_is_not(tmp_path: Path) -> None:
    assert damage(point(tmp_path, "resume.ckpt")) is None


def test_points_are_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("resume.ckpt", "resume_before.ckpt", "last.ckpt"):
        point(tmp_path, name)

    remove_resume_points(tmp_path)
    remove_resume_points(tmp_path)

    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["last.ckpt"]
