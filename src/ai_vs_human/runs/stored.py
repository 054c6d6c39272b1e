"""A run's config to its folder; a name for a detector to its checkpoint and that config."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.folder import best_checkpoint, find_run
from ai_vs_human.runs.masking import mask_config
from ai_vs_human.runs.result import RESULT_NAME
from ai_vs_human.runs.whole_file import write_whole

CONFIG_NAME: Final = "config.yaml"


@dataclass(frozen=True)
class StoredDetector:
    """A detector on disk.

    Attributes:
        checkpoint: the file with its weights, preprocessing and threshold.
        config: the resolved config of the run that made it; empty for a file without a run.
        folder: of that run; None for a file without one.
    """

    checkpoint: Path
    config: dict[str, Any] = field(default_factory=dict)
    folder: Path | None = None


def find_detector(run: str, checkpoint: str | None, output_dir: Path) -> StoredDetector:
    """Find a detector by its checkpoint's file, or by its run.

    Args:
        run: `latest`, an id or a folder; unused where a checkpoint is given.
        checkpoint: a file, or None for the run's best.
        output_dir: where runs are written.

    Raises:
        CheckpointError: if there is no such run or file.
    """
    if checkpoint is None:
        folder = find_run(run, output_dir)
        return StoredDetector(best_checkpoint(folder), read_stored(folder), folder)
    path = Path(checkpoint)
    if not path.is_file():
        raise CheckpointError(
            f"expected a checkpoint's file, but got {checkpoint} (checkpoint)",
            hint="run=latest, or checkpoint=outputs/train/<run>/checkpoints/last.ckpt",
        )
    folder = path.resolve().parent.parent
    ours = path.resolve().parent.name == "checkpoints" and (folder / RESULT_NAME).is_file()
    return StoredDetector(path, read_stored(folder), folder) if ours else StoredDetector(path)


def write_config(folder: Path, values: Mapping[str, Any]) -> None:
    """Keep a run's resolved config in its folder, without secrets."""
    text = yaml.safe_dump(mask_config(values), sort_keys=False, allow_unicode=True)
    write_whole(folder / CONFIG_NAME, text)


def has_begun(folder: Path) -> bool:
    """Whether a run has begun in a folder: one that was refused leaves a result alone."""
    return (folder / RESULT_NAME).is_file() and (folder / CONFIG_NAME).is_file()


def read_stored(folder: Path) -> dict[str, Any]:
    """The resolved config in a run's folder; empty where there is none."""
    path = folder / CONFIG_NAME
    if not path.is_file():
        return {}
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    return values if isinstance(values, dict) else {}
