"""Images a second, without the time that validation takes."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from lightning.pytorch import LightningModule, Trainer
from torch.utils.data import DataLoader

from ai_vs_human.batch import Sample, collate
from ai_vs_human.callbacks.throughput import Throughput


class Slow(LightningModule):
    """A second of training would be 1,000 images; validation takes five times as long."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def training_step(self, batch: object, batch_idx: int) -> torch.Tensor:
        _spend(0.01)
        return self.weight.sum()

    def validation_step(self, batch: object, batch_idx: int) -> None:
        _spend(0.05)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


def _spend(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        torch.rand(10)


@pytest.mark.filterwarnings("ignore:.*does not have many workers.*")
def test_validation_is_left_out(tmp_path: Path) -> None:
    image = torch.zeros(3, 2, 2, dtype=torch.uint8)
    loader = DataLoader([Sample(image, 0, 0)] * 100, batch_size=10, collate_fn=collate)  # type: ignore[arg-type]
    trainer = Trainer(
        default_root_dir=tmp_path,
        accelerator="cpu",
        max_epochs=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        val_check_interval=5,
        callbacks=[Throughput()],
    )

    trainer.fit(Slow(), loader, loader)

    assert "train/loader_wait_share" not in trainer.callback_metrics, "nobody counted"
    rate = float(trainer.callback_metrics["train/images_per_second"])
    assert 200 < rate <= 1000, "with validation it would be under 100"


class Counting:
    """A loader for which the training waits 5 ms a batch, and says so."""

    def __init__(self, batches: DataLoader[Sample]) -> None:
        self._batches = batches
        self.waited_seconds = 7.0  # of an earlier epoch

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[object]:
        for batch in self._batches:
            self.waited_seconds += 0.005
            yield batch


@pytest.mark.filterwarnings("ignore:.*does not have many workers.*")
@pytest.mark.parametrize("epochs", [1, 2])
def test_the_time_for_which_a_loader_was_waited_is_a_share(tmp_path: Path, epochs: int) -> None:
    image = torch.zeros(3, 2, 2, dtype=torch.uint8)
    loader = DataLoader([Sample(image, 0, 0)] * 200, batch_size=10, collate_fn=collate)  # type: ignore[arg-type]
    counting = Counting(loader)
    trainer = Trainer(
        default_root_dir=tmp_path,
        accelerator="cpu",
        max_epochs=epochs,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[Throughput()],
    )

    trainer.fit(Slow(), counting, loader)

    seconds = 200 / float(trainer.callback_metrics["train/images_per_second"])
    share = float(trainer.callback_metrics["train/loader_wait_share"])
    assert share * seconds == pytest.approx(20 * 0.005, rel=1e-3)
