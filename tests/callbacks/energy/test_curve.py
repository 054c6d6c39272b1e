"""A training's joules and its metric to a picture, for people and for loggers."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from lightning.pytorch.loggers import CSVLogger
from numpy.typing import NDArray
from PIL import Image

from ai_vs_human.batch import Batch
from ai_vs_human.callbacks.energy import EnergyMonitor
from tests.callbacks.energy.replay import ReplayMeter
from tests.callbacks.energy.spending import Spender, fit, trainer, written

pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")


class Learner(Spender):
    """Spends, and becomes better with each epoch."""

    def validation_step(self, batch: Batch) -> None:
        super().validation_step(batch)
        self.log("val/auroc", 0.5 + self.current_epoch / 10, batch_size=len(batch))


class Gallery(CSVLogger):
    """A logger that keeps the images it is shown."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.panels: list[tuple[str, tuple[int, ...], int]] = []

    def log_images(
        self, key: str, images: Sequence[NDArray[np.uint8]], captions: Sequence[str], step: int
    ) -> None:
        assert len(captions) == len(images) == 1
        self.panels.append((key, images[0].shape, step))


def train(monitor: EnergyMonitor, meter: ReplayMeter, folder: Path, epochs: int = 2) -> Gallery:
    gallery = Gallery(folder / "logs")
    fit(trainer(monitor, folder, logger=gallery, max_epochs=epochs), Learner(meter.spend))
    return gallery


def test_a_training_leaves_a_picture_of_what_its_metric_cost(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")

    gallery = train(EnergyMonitor(tmp_path, meter=meter), meter, tmp_path)

    rows = written(tmp_path)["epochs"]
    assert [row["cumulative_joules"] for row in rows] == [13.5, 23.0]
    assert [row["metrics"]["val/auroc"] for row in rows] == pytest.approx([0.5, 0.6])
    assert not any(name.startswith("energy") for row in rows for name in row["metrics"])
    with Image.open(tmp_path / "energy.png") as image:
        assert gallery.panels == [("energy/curve", (image.height, image.width, 3), 8)]


def test_without_joules_or_with_one_epoch_there_is_no_picture(tmp_path: Path) -> None:
    blind, brief = ReplayMeter(), ReplayMeter("cpu")

    train(EnergyMonitor(tmp_path / "blind", meter=blind), blind, tmp_path)
    train(EnergyMonitor(tmp_path / "brief", meter=brief), brief, tmp_path, epochs=1)

    assert written(tmp_path / "blind")["epochs"][1]["cumulative_joules"] is None
    assert not list(tmp_path.rglob("energy.png"))


def test_a_picture_that_cannot_be_drawn_costs_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    meter = ReplayMeter("cpu")
    (tmp_path / "energy.png").mkdir()

    with caplog.at_level(logging.WARNING):
        train(EnergyMonitor(tmp_path, meter=meter), meter, tmp_path)

    assert f"Expected to draw {tmp_path / 'energy.png'}, but got IsADirectoryError" in caplog.text
    assert written(tmp_path)["status"] == "completed"
