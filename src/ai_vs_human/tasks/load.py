"""A checkpoint's file to a detector that is ready to be used."""

import pickle
from pathlib import Path

from ai_vs_human.errors import CheckpointError
from ai_vs_human.training.module import DetectorModule


def load_detector(checkpoint: Path) -> DetectorModule:
    """Rebuild a detector from its checkpoint alone, reading plain data only.

    Raises:
        CheckpointError: if the file is no checkpoint of ours, or holds more than plain data.
    """
    try:
        return DetectorModule.load_from_checkpoint(
            checkpoint, map_location="cpu", weights_only=True
        )
    except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, EOFError) as error:
        raise CheckpointError(
            f"expected a checkpoint of this project, but got {type(error).__name__}:"
            f" {str(error).splitlines()[0]} ({checkpoint})",
            hint="run=latest, or checkpoint=outputs/train/<run>/checkpoints/last.ckpt",
        ) from error
