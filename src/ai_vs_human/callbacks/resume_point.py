"""Training steps to points from which a killed run goes on as if nothing had happened."""

import signal
import time
from pathlib import Path
from types import FrameType
from typing import Any, Final, Literal

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint
from typing_extensions import override

from ai_vs_human.callbacks.adds_up import AddsUp
from ai_vs_human.callbacks.loops import Follows, note_end_of_batch, to_log, what_follows
from ai_vs_human.callbacks.moved_paths import moved_paths
from ai_vs_human.callbacks.vote import Vote
from ai_vs_human.errors import ConfigError, PreemptedError
from ai_vs_human.runs.checkpoints import RESUME_POINT, RESUME_POINT_BEFORE

Wish = Literal[0, 1, 2]
NOTHING: Final = 0
SAVE: Final = 1
SAVE_AND_STOP: Final = 2

_POSITION: Final = "batches_of_this_epoch"
_FOLDER: Final = "folder_of_this_point"
_LOGGED: Final = "logged_of_this_step"


class ResumePoint(Checkpoint):
    """Keeps the two newest states from which training can go on exactly, and obeys SIGTERM.

    A point is always taken after an optimizer step: before each validation and at each end of
    an epoch, where a callback ends the training early, and besides that every so often. It is not
    for use: validation figures and threshold in it are those of the validation before. When the
    training is done, the points go.

    On SIGTERM (a machine is taken away) a point is written after the running step, and the run
    ends with exit code 75. During a validation nothing needs to be written.

    Args:
        folder: where the points are kept.
        every_minutes: the longest time between two points; what a kill costs at most.
        every_n_steps: optimizer steps between two points; None leaves it to the clock.
    """

    def __init__(
        self, folder: str | Path, *, every_minutes: float = 10.0, every_n_steps: int | None = None
    ) -> None:
        if every_n_steps is not None and every_n_steps < 1:
            raise ConfigError(
                f"expected a number of steps from 1 up, but got {every_n_steps}"
                " (callbacks.resume_point.every_n_steps)"
            )
        self.folder = Path(folder)
        self.every_minutes = every_minutes
        self.every_n_steps = every_n_steps
        self._saved_at = time.monotonic()
        self._step = -1
        self._asked = False
        self._follows: Follows | None = None
        self._earlier_handler: Any = None
        self._unlogged: dict[str, Any] | None = None
        self._vote = Vote()

    @override
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Listen for SIGTERM in Lightning's place, whose handler talks to other processes."""
        self._log_again(trainer)
        self._saved_at = time.monotonic()
        self._step = trainer.global_step
        self._asked = False
        if self._earlier_handler is None:
            self._earlier_handler = signal.signal(signal.SIGTERM, self._note)

    def _log_again(self, trainer: Trainer) -> None:
        """Log the step of the point: a kill may have come before Lightning did."""
        if self._unlogged is not None:
            for logger in trainer.loggers:
                logger.log_metrics(self._unlogged["metrics"], step=self._unlogged["step"])
        self._unlogged = None

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked = True

    @override
    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if trainer.global_step == self._step:
            return  # gradients are being accumulated: they are in no checkpoint
        self._step = trainer.global_step
        wish = self._agreed(trainer)
        follows = what_follows(trainer)
        cadence = self.every_n_steps is not None and self._step % self.every_n_steps == 0
        last = self._step == trainer.max_steps  # Lightning would not go on from there
        wanted = wish or cadence or trainer.should_stop
        if not last and (wanted or follows != "step"):
            self._save(trainer, follows)
        if wish == SAVE_AND_STOP:
            raise PreemptedError(trainer.global_rank)

    @override
    def on_validation_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, *args: Any, **kwargs: Any
    ) -> None:
        """Stop at once: the point before this validation is written already."""
        fitting = self._earlier_handler is not None
        if fitting and self._agreed(trainer) == SAVE_AND_STOP:
            raise PreemptedError(trainer.global_rank)

    @override
    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Give the signal back, and one that came after the last vote with it."""
        self._restore_handler()
        if self._asked:
            signal.raise_signal(signal.SIGTERM)

    @override
    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        self._restore_handler()

    def _restore_handler(self) -> None:
        if self._earlier_handler is not None:
            signal.signal(signal.SIGTERM, self._earlier_handler)
            self._earlier_handler = None

    def _agreed(self, trainer: Trainer) -> int:
        """What the processes want: the most that any of them does, asked about once a second."""
        late = time.monotonic() - self._saved_at > 60 * self.every_minutes
        wish = SAVE_AND_STOP if self._asked else SAVE if late else NOTHING
        return self._vote.cast(wish, trainer.world_size, trainer.strategy.root_device)

    def _save(self, trainer: Trainer, follows: Follows) -> None:
        newest = self.folder / RESUME_POINT
        if trainer.is_global_zero and newest.is_file():
            newest.replace(self.folder / RESUME_POINT_BEFORE)
        self._follows = follows
        for callback in trainer.callbacks:  # type: ignore[attr-defined]  # Lightning sets it late
            if isinstance(callback, AddsUp):
                callback.add_up(trainer)
        for logger in trainer.loggers:
            logger.save()  # the training goes on behind what they still hold
        try:
            trainer.save_checkpoint(newest, weights_only=False)  # all of the state
        finally:
            self._follows = None
        self._saved_at = time.monotonic()

    @override
    def on_save_checkpoint(
        self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Keep the place in the epoch and on the disk, and tell Lightning's loops where they stand.

        Of other checkpoints nobody knows whether the epoch that they stand in is over.
        """
        if self._follows is not None:
            datamodule = getattr(trainer, "datamodule", None)  # Lightning sets it late
            checkpoint[_POSITION] = getattr(datamodule, "position", 0)
            checkpoint[_FOLDER] = str(self.folder.resolve())
            checkpoint[_LOGGED] = to_log(trainer)
            note_end_of_batch(checkpoint, self._follows)

    @override
    def on_load_checkpoint(
        self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Go on in the epoch there, also where the run's folder was moved in the meantime.

        Lightning calls this before it asks for the loader, and before callbacks get their states:
        a `ModelCheckpoint` forgets the best so far where its folder is another.
        """
        if _FOLDER in checkpoint:
            checkpoint["callbacks"] = moved_paths(
                checkpoint["callbacks"], Path(checkpoint[_FOLDER]), self.folder.resolve()
            )
        self._unlogged = checkpoint.get(_LOGGED)
        if checkpoint.get(_POSITION):
            datamodule = trainer.datamodule  # type: ignore[attr-defined]  # Lightning sets it late
            datamodule.begin_after(checkpoint[_POSITION])
