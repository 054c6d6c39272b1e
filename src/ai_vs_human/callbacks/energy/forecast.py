"""The epochs so far to what a training will have cost at its end."""

from collections.abc import Sequence

from lightning.pytorch import Trainer
from lightning.pytorch.callbacks import Timer


def epochs_to_come(trainer: Trainer) -> int | None:
    """How many epochs follow the current one; None where something else may end the training.

    A callback that stops early is not foreseen, but believed once it has told.
    """
    if trainer.should_stop:
        return 0
    if trainer.max_epochs in (None, -1) or trainer.max_steps != -1:
        return None
    if any(isinstance(callback, Timer) for callback in trainer.callbacks):  # type: ignore[attr-defined]
        return None  # trainer.max_time
    return max(0, int(trainer.max_epochs or 0) - trainer.current_epoch - 1)


def forecast(
    total: float, ends: Sequence[float], latest: float, to_come: int | None
) -> float | None:
    """Joules at the end of the training, if the epochs to come cost what those so far did.

    Args:
        total: joules so far.
        ends: joules so far at the ends of this session's epochs; the first of them has
            warmed up the machine, and is left out once there are more.
        latest: joules of the latest epoch.
        to_come: how many epochs follow; None where nobody knows.
    """
    if to_come is None:
        return None
    several = len(ends) > 1
    each = (ends[-1] - ends[0]) / (len(ends) - 1) if several else latest
    return total + to_come * each
