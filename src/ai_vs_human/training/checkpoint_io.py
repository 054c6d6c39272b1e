"""Checkpoints to files that are whole or not there."""

import os
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins.io.torch_io import TorchCheckpointIO
from lightning.fabric.utilities.types import _PATH
from typing_extensions import override

from ai_vs_human.errors import CheckpointError


class AtomicCheckpointIO(TorchCheckpointIO):
    """Writes beside the file, and renames when every byte is on the disk.

    Lightning's own way goes through the folder for temporary files, often on another disk, and
    then copies: a process killed meanwhile leaves a torn file under the checkpoint's name. A
    bucket shows an object only when it is whole: there Lightning's way is right.
    """

    @override
    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: _PATH, storage_options: Any | None = None
    ) -> None:
        """Write a checkpoint.

        Raises:
            CheckpointError: if the disk does not take it; what was at the path stays.
        """
        if "://" in str(path):
            super().save_checkpoint(checkpoint, path, storage_options)
            return
        whole = Path(path)
        whole.parent.mkdir(parents=True, exist_ok=True)
        partial = whole.with_name(f".{whole.name}.partial")
        try:
            _write(checkpoint, partial)
            partial.replace(whole)
        except (OSError, RuntimeError) as error:
            partial.unlink(missing_ok=True)
            # Where a write fails, torch complains of the archive that is too short by then.
            reason = error if isinstance(error, OSError) else error.__context__
            if not isinstance(reason, OSError):
                raise
            raise CheckpointError(
                f"expected to write a checkpoint, but got: {reason.strerror} ({whole})",
                hint="make room, then resume=latest",
            ) from error


def _write(checkpoint: dict[str, Any], file: Path) -> None:
    with file.open("wb") as stream:
        torch.save(checkpoint, stream)
        stream.flush()
        os.fsync(stream.fileno())
