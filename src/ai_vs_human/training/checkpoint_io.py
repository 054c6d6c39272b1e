"""Checkpoints to files that are whole or not there."""

import os
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins.io.torch_io import TorchCheckpointIO
from lightning.fabric.utilities.types import _PATH
from typing_extensions import override


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
        if "://" in str(path):
            super().save_checkpoint(checkpoint, path, storage_options)
            return
        whole = Path(path)
        whole.parent.mkdir(parents=True, exist_ok=True)
        partial = whole.with_name(f".{whole.name}.partial")
        with partial.open("wb") as file:
            torch.save(checkpoint, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(whole)
