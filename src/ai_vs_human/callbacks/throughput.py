"""Training batches to images a second, and to the share of time that they were waited for."""

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
        train/loader_wait_share: share of that time in which a rank waited for its next batch,
            on average over the ranks, in [0, 1]; absent where the loader does not count its
            `waited_seconds`.
    """

    def __init__(self) -> None:
        self._images = 0
        self._seconds = 0.0
        self._since = 0.0
        self._waited = 0.0

    @override
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """A run resumed within an epoch has no on_train_epoch_start."""
        self._since, self._waited = time.monotonic(), _waited_seconds(trainer) or 0.0

    @override
    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._images, self._seconds, self._since = 0, 0.0, time.monotonic()
        self._waited = _waited_seconds(trainer) or 0.0

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
        device = trainer.strategy.root_device
        rate = torch.tensor(self._images / self._seconds, device=device)
        pl_module.log("train/images_per_second", trainer.strategy.reduce(rate, reduce_op="sum"))
        waited = _waited_seconds(trainer)
        if waited is not None:
            share = torch.tensor((waited - self._waited) / self._seconds, device=device)
            share = trainer.strategy.reduce(share, reduce_op="mean")
            pl_module.log("train/loader_wait_share", share)


def _waited_seconds(trainer: Trainer) -> float | None:
    """How long the training has waited for its loader so far, if that counts."""
    waited = getattr(trainer.train_dataloader, "waited_seconds", None)
    return waited if isinstance(waited, float) else None
