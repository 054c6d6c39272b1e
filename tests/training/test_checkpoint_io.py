"""Checkpoints that are whole or not there."""

from pathlib import Path

import pytest
import torch

from ai_vs_human.errors import CheckpointError
from ai_vs_human.training.checkpoint_io import AtomicCheckpointIO


class NoTensor:
    """What torch cannot write: saving fails when most is written already."""

    def __reduce__(self) -> str:
        raise RuntimeError("the disk is full")


def test_a_save_that_fails_leaves_the_checkpoint_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints" / "x.ckpt"
    AtomicCheckpointIO().save_checkpoint({"step": 1, "w": torch.ones(3)}, path)

    with pytest.raises(RuntimeError, match="the disk is full"):
        AtomicCheckpointIO().save_checkpoint({"w": torch.zeros(3), "bad": NoTensor()}, path)

    assert AtomicCheckpointIO().load_checkpoint(path)["step"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux' /dev/full")
def test_a_full_disk_is_named_and_leaves_the_checkpoint_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x.ckpt"
    AtomicCheckpointIO().save_checkpoint({"step": 1}, path)
    partial = tmp_path / ".x.ckpt.partial"
    partial.symlink_to("/dev/full")

    with pytest.raises(CheckpointError, match=r"write a checkpoint, but got: No space .*x\.ckpt\)"):
        AtomicCheckpointIO().save_checkpoint({"w": torch.zeros(100_000)}, path)

    assert AtomicCheckpointIO().load_checkpoint(path)["step"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.ckpt"]


def test_nothing_else_stays_in_the_folder(tmp_path: Path) -> None:
    AtomicCheckpointIO().save_checkpoint({"step": 1}, tmp_path / "x.ckpt")

    assert [path.name for path in tmp_path.iterdir()] == ["x.ckpt"]


def test_a_url_is_written_through_its_file_system() -> None:
    AtomicCheckpointIO().save_checkpoint({"step": 2}, "memory://bucket/x.ckpt")

    assert AtomicCheckpointIO().load_checkpoint("memory://bucket/x.ckpt")["step"] == 2
