"""From what a person calls a run to its folder and its best checkpoint."""

import logging
from pathlib import Path

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.result import RESULT_NAME, read_result

log = logging.getLogger(__name__)


def run_folders(output_dir: Path) -> list[Path]:
    """The folders of all training runs, oldest first; those of a sweep lie one folder deeper."""
    train = output_dir / "train"
    runs = [path.parent for at in ("*", "*/*") for path in train.glob(f"{at}/{RESULT_NAME}")]
    return sorted(runs, key=_age)


def find_run(name: str, output_dir: Path, *, usable: bool = True) -> Path:
    """The folder of a training run.

    Args:
        name: `latest`, a run's id, or a folder.
        output_dir: where runs are written; runs of a sweep lie one folder deeper.
        usable: `latest` is the newest that has a checkpoint to use; else the newest of all.

    Raises:
        CheckpointError: if there is no such run.
    """
    if name != "latest" and (Path(name) / RESULT_NAME).is_file():
        return Path(name)
    runs = run_folders(output_dir)
    if name == "latest":
        for run in reversed(runs):
            if not usable or _kept(run):
                return run
        raise CheckpointError(
            f"expected a {'finished ' if usable else ''}training run, but got none"
            f" ({output_dir / 'train'})",
            hint="python train.py",
        )
    for run in runs:
        if run.name == name:
            return run
    known = ", ".join(run.name for run in runs[-3:]) or "none"
    raise CheckpointError(
        f"expected a run's id or folder, but got {name!r}; the newest runs: {known}"
        f" ({output_dir / 'train'})",
        hint="run=latest",
    )


def _age(run: Path) -> tuple[str, int]:
    """Ids sort by time; the jobs of a sweep, by their number."""
    sweep, _, number = run.name.rpartition("-")
    return (sweep, int(number)) if sweep == run.parent.name else (run.name, 0)


def _kept(run: Path) -> bool:
    """Whether a run can be used; one whose result is torn cannot."""
    try:
        return read_result(run).checkpoint is not None
    except CheckpointError as error:
        log.warning("skipped: %s", error.sentence)
        return False


def best_checkpoint(run: Path) -> Path:
    """The checkpoint that a run's test metrics come from.

    Raises:
        CheckpointError: if the run kept none, or it is gone.
    """
    named = read_result(run).checkpoint
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
