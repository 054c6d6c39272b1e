"""Training batches to images a second, validation left out."""

import time
from typing import Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from typing_extensions import override

from ai_vs_human.batch import Batch


class Throughput(Callback):
    """Measures how fast training images pass.

    Logged metrics:
        train/images_per_second: images of all ranks over the epoch's wall time without
            validation, at each epoch's end.
    """

    def __init__(self) -> None:
        self._images = 0
        self._seconds = 0.0
        self._since = 0.0

    @override
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """A run resumed within an epoch has no on_train_epoch_start."""
        self._since = time.monotonic()

    @override
    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._images, self._seconds, self._since = 0, 0.0, time.monotonic()

    @override
    def on_train_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Batch,
        batch_idx: int,
    ) -> None:
        self._images += len(batch)

    @override
    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._seconds += time.monotonic() - self._since

    @override
    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._since = time.monotonic()

    @override
    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._seconds += time.monotonic() - self._since
        self._since = time.monotonic()
        rate = torch.tensor(self._images / self._seconds, device=trainer.strategy.root_device)
        pl_module.log("train/images_per_second", trainer.strategy.reduce(rate, reduce_op="sum"))
