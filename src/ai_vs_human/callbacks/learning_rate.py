"""Optimizer steps to the learning rates they used, wherever there is a logger to tell."""

from typing import Any

from lightning.pytorch import Trainer
from lightning.pytorch.callbacks import LearningRateMonitor
from typing_extensions import override


class LearningRate(LearningRateMonitor):
    """Lightning's monitor, which ends a run that has no loggers; this one then stays quiet.

    Logged metrics:
        lr-<optimizer>: every `log_every_n_steps`, to loggers only.
    """

    def __init__(self) -> None:
        super().__init__(logging_interval="step")

    @override
    def on_train_start(self, trainer: Trainer, *args: Any, **kwargs: Any) -> None:
        if trainer.loggers:
            super().on_train_start(trainer, *args, **kwargs)

    @override
    def on_train_batch_start(self, trainer: Trainer, *args: Any, **kwargs: Any) -> None:
        if trainer.loggers:
            super().on_train_batch_start(trainer, *args, **kwargs)
