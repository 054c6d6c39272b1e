"""The hooks of a Trainer to stages: what a run is doing at every moment."""

from abc import abstractmethod
from typing import Any

from lightning.pytorch import Callback, LightningModule, Trainer
from typing_extensions import override

from ai_vs_human.callbacks.energy.account import Stage


class Staged(Callback):
    """Tells of every change of stage, and of every batch with the stage that it belongs to.

    Stages follow each other without gaps, also where a validation lies within an epoch: setup,
    sanity, train, val, test, predict, and other for what is between them.
    """

    _fitting = False

    @abstractmethod
    def _turn(self, stage: Stage) -> None:
        """A stage begins, and the one before ends."""

    @abstractmethod
    def _end_batch(self, stage: Stage, batch: object) -> None:
        """A batch of a stage has been worked on."""

    @override
    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        self._fitting = stage == "fit"

    @override
    def on_sanity_check_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._turn("sanity")

    @override
    def on_sanity_check_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._turn("setup")

    @override
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """A run resumed within an epoch has no on_train_epoch_start."""
        self._turn("train")

    @override
    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._turn("train")

    @override
    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._end_batch("train", batch)

    @override
    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if not trainer.sanity_checking:
            self._turn("val")

    @override
    def on_validation_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        self._end_batch("sanity" if trainer.sanity_checking else "val", batch)

    @override
    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if not trainer.sanity_checking:
            self._turn("train" if self._fitting else "other")

    @override
    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._turn("other")

    @override
    def on_test_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._turn("test")

    @override
    def on_test_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        self._end_batch("test", batch)

    @override
    def on_test_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """What follows is the module computing its metrics."""
        self._turn("other")

    @override
    def on_predict_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._turn("predict")

    @override
    def on_predict_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        self._end_batch("predict", batch)

    @override
    def on_predict_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._turn("other")

    @override
    def teardown(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        self._turn("other")
