"""Lightning's loops to what a resume point must know of them: all that is not in its public API.

Written for Lightning 2.6; `tests/callbacks/test_resume_point.py` tells when another one differs.
"""

from typing import Any, Literal

from lightning.pytorch import Trainer

Follows = Literal["step", "validation", "epoch end"]
"""What comes next when a training batch has ended."""


def is_last_step(trainer: Trainer) -> bool:
    """Whether training ends after this batch whatever happens, asked at its end or the epoch's."""
    if 0 <= trainer.max_steps <= trainer.global_step:
        return True
    epochs = trainer.max_epochs
    in_last_epoch = epochs is not None and 0 <= epochs <= trainer.current_epoch + 1
    return in_last_epoch and trainer.fit_loop.epoch_loop.batch_progress.is_last_batch


def what_follows(trainer: Trainer) -> Follows:
    """What Lightning would do after this batch if nothing told it to stop.

    Asked in `on_train_batch_end`: a training that somebody ended early, and goes on with later,
    must come to the state of one that was never ended.
    """
    loop = trainer.fit_loop.epoch_loop
    fetcher = trainer.fit_loop._data_fetcher  # noqa: SLF001 -- Lightning has no public word for this
    stops, trainer.should_stop = trainer.should_stop, False
    try:
        if fetcher is not None and loop._should_check_val_fx(fetcher):  # noqa: SLF001 -- as above
            return "validation" if trainer.enable_validation else "epoch end"
    finally:
        trainer.should_stop = stops
    return "epoch end" if loop.batch_progress.is_last_batch else "step"


def to_log(trainer: Trainer) -> dict[str, Any] | None:
    """What Lightning will hand to the loggers of the step that has ended, after this hook."""
    connector = trainer._logger_connector  # noqa: SLF001 -- Lightning has no public word for this
    logged = {name: float(value) for name, value in connector.metrics["log"].items()}
    if not logged or not connector.should_update_logs:
        return None
    step = trainer.fit_loop.epoch_loop._batches_that_stepped  # noqa: SLF001 -- as above
    return {"step": step, "metrics": logged | {"epoch": trainer.current_epoch}}


def note_end_of_batch(checkpoint: dict[str, Any], follows: Follows) -> None:
    """Let stored loops go on with what follows, where Lightning would repeat or skip something.

    Args:
        checkpoint: written in `on_train_batch_end`, before Lightning notes that the batch is over.
        follows: what came next.
    """
    if follows == "step":
        return
    loops = checkpoint["loops"]["fit_loop"]
    _complete(loops["epoch_loop.batch_progress"])
    if follows == "validation":
        _begin(loops["epoch_loop.val_loop.batch_progress"])
    else:
        loops["epoch_loop.state_dict"]["_batches_that_stepped"] += 1


def _complete(progress: dict[str, Any]) -> None:
    """The batch is over: Lightning notes so only after this hook."""
    for part in ("total", "current"):
        progress[part]["completed"] = progress[part]["processed"]


def _begin(progress: dict[str, Any]) -> None:
    """The validation has begun, which makes Lightning run it from its first batch."""
    done = progress["total"]["completed"]
    progress["total"] |= {"ready": done + 1, "started": done + 1, "processed": done}
    progress["current"] |= {"ready": 1, "started": 1, "processed": 0, "completed": 0}
    progress["is_last_batch"] = False
