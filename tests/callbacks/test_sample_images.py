from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.loggers import CSVLogger, Logger
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader

from ai_vs_human.batch import Batch, Sample, collate
from ai_vs_human.callbacks.sample_images import SampleImages
from ai_vs_human.errors import ConfigError

pytestmark = pytest.mark.filterwarnings(
    # torch's own pytree, called by Lightning's CombinedLoader
    "ignore:.*LeafSpec.*:FutureWarning",
    "ignore:.*does not have many workers.*",
)


class Brightness(LightningModule):
    """Calls bright images AI: logit(score) is the first pixel's red, from -1.28 to 1.27."""

    def __init__(self, threshold: float | None = None) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.threshold = threshold

    def training_step(self, batch: Batch) -> Tensor:
        return self.weight.sum() * len(batch)

    def validation_step(self, batch: Batch) -> dict[str, Tensor]:
        return {"logits": (batch.images[:, 0, 0, 0].float() - 128) / 100}

    def on_validation_epoch_end(self) -> None:
        if self.threshold is not None:
            self.log("val/threshold", self.threshold)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


class Gallery(CSVLogger):
    """A logger that keeps the images it is shown."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.panels: list[tuple[str, list[int], list[str], int]] = []

    def log_images(
        self, key: str, images: Sequence[NDArray[np.uint8]], captions: Sequence[str], step: int
    ) -> None:
        self.panels.append((key, [int(image[0, 0, 0]) for image in images], list(captions), step))


def sample(index: int, label: int, red: int) -> Sample:
    return Sample(torch.full((3, 8, 8), red, dtype=torch.uint8), label, index)


# All human images come first, as loaders that do not shuffle may have them.
SAMPLES = [sample(i, 0, 10 + i) for i in range(5)] + [sample(i, 1, 250 - i) for i in range(5)]


def fit(
    callback: SampleImages, module: LightningModule, logger: Logger | None, epochs: int
) -> None:
    loader = DataLoader(SAMPLES, batch_size=2, collate_fn=collate)
    trainer = Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        logger=logger or False,
        callbacks=[callback],
        limit_train_batches=1,
        log_every_n_steps=1,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=callback.folder,
    )
    trainer.fit(module, loader, loader)


def test_the_first_images_of_both_classes_are_shown_with_score_and_verdict(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "csv")

    fit(SampleImages(tmp_path / "images", count=4), Brightness(), gallery, epochs=1)

    ((key, reds, captions, step),) = gallery.panels
    assert (key, reds, step) == ("val/images", [10, 11, 250, 249], 1)
    assert captions[0] == "human, score 0.235, verdict human"
    assert captions[2] == "ai, score 0.772, verdict ai"


def test_the_threshold_of_the_epoch_decides_the_verdict(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "csv")

    fit(SampleImages(tmp_path / "images", count=2), Brightness(threshold=0.9), gallery, epochs=1)

    assert gallery.panels[0][2][1] == "ai, score 0.772, verdict human (wrong)"


def test_every_epoch_shows_the_same_images_in_a_picture_of_its_own(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "csv")

    fit(SampleImages(tmp_path / "images"), Brightness(), gallery, epochs=2)

    pictures = sorted((tmp_path / "images").glob("*.png"))
    assert [picture.name for picture in pictures] == ["epoch_000.png", "epoch_001.png"]
    assert gallery.panels[0][1] == gallery.panels[1][1]
    with Image.open(pictures[0]) as picture:
        assert picture.width > 8 * 128


def test_epochs_between_are_left_out(tmp_path: Path) -> None:
    fit(SampleImages(tmp_path, every_n_epochs=2), Brightness(), logger=None, epochs=3)

    assert [picture.name for picture in tmp_path.glob("*.png")] == ["epoch_001.png"]


def test_kept_images_do_not_hold_on_to_their_batches(tmp_path: Path) -> None:
    callback = SampleImages(tmp_path)

    fit(callback, Brightness(), logger=None, epochs=1)

    assert all(shown.image.base is None for shown in callback._shown)


def test_a_sanity_check_draws_nothing(tmp_path: Path) -> None:
    class Stops(Brightness):
        def training_step(self, batch: Batch) -> Tensor:
            raise RuntimeError(f"after the sanity check, {len(batch)} images")

    with pytest.raises(RuntimeError, match="after the sanity check"):
        fit(SampleImages(tmp_path), Stops(), logger=None, epochs=1)

    assert list(tmp_path.glob("*.png")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"every_n_epochs": 0}, r"at least 1, but got 0 \(callbacks\.sample_images\.every_n_epoc"),
        ({"count": 1}, r"at least 2, but got 1 \(callbacks\.sample_images\.count\)"),
    ],
)
def test_numbers_too_small_are_refused(arguments: dict[str, int], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        SampleImages("images", **arguments)
