"""Validation images to one picture an epoch: always the same ones, with scores and verdicts."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lightning.pytorch import Callback, LightningModule, Trainer
from numpy.typing import NDArray
from typing_extensions import override

from ai_vs_human.batch import Batch
from ai_vs_human.errors import ConfigError
from ai_vs_human.labels import Label
from ai_vs_human.loggers.protocol import ImageLogger
from ai_vs_human.reporting.contact_sheet import contact_sheet

KEY = "val/images"


@dataclass(frozen=True)
class _Shown:
    """One image of the picture: RGB in [0, 255], and its score, P(AI)."""

    image: NDArray[np.uint8]
    label: Label
    score: float


class SampleImages(Callback):
    """Draws the first validation images of each class, half of them AI, half human.

    The validation loader does not shuffle, so they stay the same from epoch to epoch. They are
    written to `<folder>/epoch_<number>.png` and handed to every logger that shows images, as
    `val/images`. Only the process of rank 0 does so, with images from its own share.

    Args:
        folder: where the pictures go.
        every_n_epochs: 1 draws after each epoch that validates.
        count: images in a picture.

    Raises:
        ConfigError: if `every_n_epochs` is below 1 or `count` below 2.
    """

    def __init__(self, folder: str | Path, every_n_epochs: int = 1, count: int = 16) -> None:
        _at_least(1, every_n_epochs, "every_n_epochs")
        _at_least(2, count, "count")
        self.folder = Path(folder)
        self.every_n_epochs = every_n_epochs
        self.count = count
        self._shown: list[_Shown] = []

    @override
    def on_validation_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._shown = []

    @override
    def on_validation_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Batch,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        """Keep what the picture still lacks; `outputs` holds the batch's `logits`."""
        if not self._draws(trainer) or len(self._shown) >= 2 * (self.count // 2):
            return
        met = Counter(shown.label for shown in self._shown)
        for row, label in enumerate(map(Label, batch.labels.tolist())):
            if met[label] < self.count // 2:
                met[label] += 1
                score = outputs["logits"][row].float().cpu().double().sigmoid().item()
                # A copy, or a view would keep its whole batch in memory.
                image = batch.images[row].permute(1, 2, 0).cpu().numpy().copy()
                self._shown.append(_Shown(image, label, score))

    @override
    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Draw: by now the epoch's threshold is among the trainer's metrics."""
        if not self._draws(trainer) or not self._shown:
            return
        threshold = float(trainer.callback_metrics.get("val/threshold", 0.5))
        shown = sorted(self._shown, key=lambda one: one.label)
        sheet = contact_sheet(
            [one.image for one in shown],
            [one.score for one in shown],
            threshold,
            labels=[one.label for one in shown],
            title=f"Validation images, epoch {trainer.current_epoch}",
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        sheet.save(self.folder / f"epoch_{trainer.current_epoch:03d}.png")
        captions = [_caption(one, threshold) for one in shown]
        for logger in trainer.loggers:
            if isinstance(logger, ImageLogger):
                images = [one.image for one in shown]
                logger.log_images(KEY, images, captions, trainer.global_step)

    def _draws(self, trainer: Trainer) -> bool:
        due = (trainer.current_epoch + 1) % self.every_n_epochs == 0
        return due and trainer.is_global_zero and not trainer.sanity_checking


def _at_least(smallest: int, value: int, name: str) -> None:
    if value < smallest:
        raise ConfigError(
            f"expected at least {smallest}, but got {value} (callbacks.sample_images.{name})",
            hint=f"callbacks.sample_images.{name}={smallest}, or callbacks.sample_images=null",
        )


def _caption(shown: _Shown, threshold: float) -> str:
    verdict = Label(shown.score >= threshold)
    mark = "" if verdict is shown.label else " (wrong)"
    return f"{shown.label.key}, score {shown.score:.3f}, verdict {verdict.key}{mark}"
