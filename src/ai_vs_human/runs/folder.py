"""From what a person calls a run to its folder and its best checkpoint."""

from pathlib import Path
from typing import Final

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.lookup import find
from ai_vs_human.runs.registry.scan import scan
from ai_vs_human.runs.result import read_result

LOCK_NAME: Final = ".lock"
"""What a process holds while it works in a run's folder."""


def trainings(output_dir: Path) -> list[Entry]:
    """Every training below an output folder, the newest last; none where no such folder is.

    One that has no result yet, such as the run that asks, is not among them.
    """
    entries = scan(str(output_dir)) if output_dir.is_dir() else []
    begun = [one for one in entries if one.status != "running" or one.result is not None]
    return [entry for entry in begun if entry.task == "train"]


def find_run(name: str, output_dir: Path, *, usable: bool = True) -> Path:
    """The folder of a training, by any name that `scripts/runs.py show` takes.

    Args:
        name: `latest`, a run's id, the beginning of one, or a folder.
        output_dir: where runs are written; runs of a sweep lie one folder deeper.
        usable: `latest` is the newest that has a checkpoint to use; else the newest of all.

    Raises:
        CheckpointError: if there is no such run, or its result cannot be read.
    """
    entry = find(name, trainings(output_dir), usable=usable)
    if entry.result is None:
        raise CheckpointError(
            f"expected a run that can be read, but got {entry.problem} ({entry.folder})",
            hint="python scripts/runs.py ls",
        )
    if entry.task != "train":
        raise CheckpointError(
            f"expected a training run, but got the task {entry.task} ({entry.folder})",
            hint="python scripts/runs.py ls --task train",
        )
    return Path(entry.folder)


def best_checkpoint(run: Path) -> Path:
    """The checkpoint that a run's test metrics come from.

    Raises:
        CheckpointError: if the run kept none, or it is gone.
    """
    result = read_result(run)
    named = result.checkpoint
    if named is None and result.status != "completed":
        word = "like" if result.is_over else "resume"
        raise CheckpointError(
            f"expected a run that came to its end, but got one that did not ({run})",
            hint=f"python train.py {word}={result.run_id}",
        )
    if named is None:
        raise CheckpointError(
            f"expected a run with a checkpoint, but got {run}, which kept none",
            hint="train with callbacks=default",
        )
    path = run / named
    if not path.is_file():
        raise CheckpointError(
            f"expected the checkpoint {path}, but it is gone",
            hint="checkpoint=<another file>, for instance checkpoints/last.ckpt",
        )
    return path
