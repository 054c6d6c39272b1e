"""Steps of a tiny module to joules on a counter: a training whose costs are known beforehand."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from torch import Tensor

from ai_vs_human.batch import Batch

SETUP, SANITY_OR_VAL, TRAIN, TEST, LATE = 3.0, 0.5, 2.0, 1.25, 0.125
"""Joules of one setup, of one batch of each stage, and of the metrics after a test."""

TRAIN_BATCHES, VAL_BATCHES, TEST_BATCHES, IMAGES = 4, 3, 2, 4


class Batches:
    """So many batches of four images, to go on with where a checkpoint was written.

    Args:
        count: how many; each has `IMAGES` images.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._start = 0
        self._given = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Batch]:
        start, self._start = self._start, 0
        for number in range(start, self._count):
            self._given = number + 1
            yield Batch(
                images=torch.zeros(IMAGES, 3, 2, 2, dtype=torch.uint8),
                labels=torch.tensor([0, 1, 0, 1]),
                indices=torch.arange(IMAGES),
            )

    def state_dict(self) -> dict[str, int]:
        return {"given": self._given}

    def load_state_dict(self, state: dict[str, int]) -> None:
        self._start = state["given"]


class Spender(LightningModule):
    """Draws known joules in every step.

    Args:
        spend: draws joules.
        accuracy: logged after a test; None logs none.
        fail_at: the training step that raises, counted over all epochs from 0.
        failure: what it raises.
    """

    def __init__(
        self,
        spend: Callable[[float], None],
        accuracy: float | None = 0.75,
        fail_at: int | None = None,
        failure: BaseException | None = None,
    ) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(()))
        self.spend = spend
        self.accuracy = accuracy
        self.fail_at = fail_at
        self.failure = failure or RuntimeError("the step failed")
        self.steps = 0

    def setup(self, stage: str) -> None:
        self.spend(SETUP)

    def training_step(self, batch: Batch) -> Tensor:
        self.spend(TRAIN)
        if self.steps == self.fail_at:
            raise self.failure
        self.steps += 1
        self.log("train/loss", 1.0 / self.steps, batch_size=1)
        return self.weight * batch.labels.sum()

    def validation_step(self, _: Batch) -> None:
        self.spend(SANITY_OR_VAL)

    def test_step(self, _: Batch) -> None:  # noqa: PT019 -- a stage of Lightning's, no test
        self.spend(TEST)

    def predict_step(self, batch: Batch) -> Tensor:
        self.spend(TEST)
        return batch.indices

    def on_test_epoch_end(self) -> None:
        self.spend(LATE)
        if self.accuracy is not None:
            self.log("test/accuracy", self.accuracy, batch_size=1, sync_dist=True)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


def trainer(monitor: Callback, folder: Path, **options: Any) -> Trainer:
    """A real Trainer on the CPU that shows and keeps nothing unless asked."""
    quiet = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }
    options = {"max_epochs": 2, "num_sanity_val_steps": 2, "log_every_n_steps": 1} | options
    return Trainer(
        accelerator="cpu",
        devices=options.pop("devices", 1),
        callbacks=[monitor, *options.pop("callbacks", [])],
        default_root_dir=folder,
        **(quiet | options),
    )


def fit(trainer: Trainer, module: LightningModule, checkpoint: Path | None = None) -> None:
    """Train and validate on batches of known number."""
    trainer.fit(module, Batches(TRAIN_BATCHES), Batches(VAL_BATCHES), ckpt_path=checkpoint)


def evaluate(
    trainer: Trainer, module: LightningModule, checkpoint: str | Path | None = None
) -> None:
    """Test on batches of known number."""
    trainer.test(module, Batches(TEST_BATCHES), ckpt_path=checkpoint, verbose=False)


def written(folder: Path) -> dict[str, Any]:
    """The report that a run left."""
    report: dict[str, Any] = json.loads((folder / "energy.json").read_text())
    return report


def joules(report: dict[str, Any], domain: str = "cpu") -> dict[str, float]:
    """A domain's joules by stage, stages without joules left out."""
    stages = {stage: entry["joules"][domain] for stage, entry in report["stages"].items()}
    return {stage: value for stage, value in stages.items() if value}
