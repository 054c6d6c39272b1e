"""Resume points: from each of them a training ends as the unbroken one did."""

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch import Callback, LightningModule, Trainer, seed_everything
from lightning.pytorch.callbacks import ModelCheckpoint

from ai_vs_human.callbacks.learning_rate import LearningRate
from ai_vs_human.callbacks.resume_point import ResumePoint
from ai_vs_human.callbacks.step_seed import StepSeed
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.members import folder
from ai_vs_human.errors import ConfigError, PreemptedError
from ai_vs_human.loggers.csv import CSVLogger
from ai_vs_human.models.fingerprint import weights_sha256
from ai_vs_human.training.checkpoint_io import AtomicCheckpointIO
from ai_vs_human.training.module import DetectorModule
from tests.toys import toy_images

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
    pytest.mark.filterwarnings("ignore:.*Checkpoint directory .* exists and is not empty.*"),
    pytest.mark.filterwarnings("ignore:The dirpath has changed"),
    pytest.mark.filterwarnings("ignore:.*your dataloader is.*"),
    # max_steps ends an epoch without a validation: ModelCheckpoint looks for a score all the same
    pytest.mark.filterwarnings("ignore:.*could not find the monitored key.*"),
]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_images(tmp_path_factory.mktemp("points") / "images")


class Keep(Callback):
    """Keeps a copy of every resume point."""

    def __init__(self, source: Path, copies: Path) -> None:
        self.source, self.copies = source, copies
        copies.mkdir(parents=True)

    def on_train_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int
    ) -> None:
        self.copy()

    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self.copy()

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self.copy()

    def copy(self) -> None:
        if self.source.is_file():
            content = self.source.read_bytes()
            step = torch.load(self.source, weights_only=True)["global_step"]
            (self.copies / f"{step:03}.ckpt").write_bytes(content)


def network() -> DetectorModule:
    models, training = "ai_vs_human.models", "ai_vs_human.training"
    return DetectorModule(
        frontend={"_target_": f"{models}.frontends.NeighboringPixels", "scale": 8.0},
        backbone={"_target_": f"{models}.backbones.SmallCNN", "widths": [8], "depth": 1},
        optimizer={"_target_": "torch.optim.AdamW", "lr": 0.01},
        scheduler={"_target_": f"{training}.schedules.cosine"},
        loss={"_target_": f"{training}.losses.BinaryCrossEntropy"},
        preprocess={"mode": "as_is", "size": None},
        dropout=0.3,
    )


def data(images: Path, cache: Path, workers: int = 0) -> ImageDataModule:
    found = folder(
        root=str(images),
        cache_dir=str(cache),
        classes={"ai": ["ai"], "human": ["human"]},
        splits={"train": ["train"], "val": ["val"], "test": ["test"]},
        preprocess={"mode": "as_is", "size": None},
        augment={"flip": True},
        batch_size=8,
        num_workers=workers,
    )
    return ImageDataModule(found)


def fit(
    images: Path,
    home: Path,
    *more: Callback,
    points: ResumePoint | None = None,
    point: Path | None = None,
    workers: int = 0,
    **options: Any,
) -> dict[str, Any]:
    """Train, and say everything that must not depend on a break."""
    seed_everything(0, verbose=False)
    best = ModelCheckpoint(
        dirpath=home / "checkpoints",
        filename="{step:03d}",
        monitor=None if options.get("limit_val_batches") == 0 else "val/loss",
        enable_version_counter=False,
    )
    points = points or ResumePoint(home / "checkpoints", every_n_steps=1)
    module = network()
    trainer = Trainer(
        **{"max_epochs": 2, "logger": False, **options},
        accelerator="cpu",
        callbacks=[StepSeed(0), *more, best, points],
        plugins=[AtomicCheckpointIO()],
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
        default_root_dir=home,
    )
    trainer.fit(module, data(images, home / "cache", workers), ckpt_path=point, weights_only=True)
    return {
        "weights": weights_sha256(module),
        "figures": {**module.validation, "loss": float(trainer.callback_metrics["train/loss"])},
        "threshold": module.threshold,
        "best": best.best_model_path,
        "steps": trainer.global_step,
        "epochs": trainer.current_epoch,
        "logged": trainer.fit_loop.epoch_loop._batches_that_stepped,
    }


@pytest.mark.parametrize(
    ("options", "points"),
    [
        ({}, 12),
        ({"accumulate_grad_batches": 4}, 4),
        ({"val_check_interval": 0.5}, 12),
        ({"check_val_every_n_epoch": 2}, 12),
        ({"limit_val_batches": 0}, 12),
        ({"limit_train_batches": 4}, 8),
        ({"max_steps": 9, "max_epochs": -1}, 8),  # the last step is no point: little is left to do
    ],
    ids=str,
)
def test_from_every_point_a_training_ends_as_the_unbroken_one(
    options: dict[str, Any], points: int, images: Path, tmp_path: Path
) -> None:
    home, copies = tmp_path / "run", tmp_path / "points"
    keep = Keep(home / "checkpoints" / "resume.ckpt", copies)
    expected = fit(images, home, keep, **options)

    found = sorted(copies.iterdir())
    assert len(found) == points
    some = found if not options else found[::2] + found[-1:]  # seconds count
    for point in some:
        assert fit(images, home, point=point, **options) == expected, point.name


def test_loader_workers_change_nothing(images: Path, tmp_path: Path) -> None:
    home, copies = tmp_path / "run", tmp_path / "points"
    expected = fit(images, home, Keep(home / "checkpoints" / "resume.ckpt", copies))

    point = sorted(copies.iterdir())[3]
    assert fit(images, home, point=point, workers=2) == expected


class Killed(BaseException):
    """Stands for SIGKILL."""


class KilledAt(ResumePoint):
    """Is killed when the point of a step is written; what is on the disk then is kept."""

    def __init__(self, folder: Path, step: int, disk: Path) -> None:
        super().__init__(folder, every_n_steps=1)
        self.step, self.disk = step, disk

    def _save(self, trainer: Trainer, follows: Any) -> None:
        super()._save(trainer, follows)
        if trainer.global_step == self.step:
            shutil.copytree(self.folder.parent, self.disk)
            raise Killed


@pytest.mark.parametrize("step", [4, 6])
def test_nothing_that_was_logged_up_to_a_point_is_lost(
    step: int, images: Path, tmp_path: Path
) -> None:
    def options(home: Path) -> dict[str, Any]:
        return {"logger": CSVLogger(str(home), name="csv", version=""), "log_every_n_steps": 1}

    whole, home, disk = tmp_path / "whole", tmp_path / "run", tmp_path / "disk"
    fit(images, whole, LearningRate(), **options(whole))

    killed = KilledAt(home / "checkpoints", step, disk)
    with pytest.raises(Killed):
        fit(images, home, LearningRate(), points=killed, **options(home))
    point = disk / "checkpoints" / "resume.ckpt"
    fit(images, disk, LearningRate(), point=point, **options(disk))

    rows = [(home / "csv" / "metrics.csv").read_text().splitlines() for home in (disk, whole)]
    assert sorted(rows[0]) == sorted(rows[1])


class Terminate(Callback):
    """Sends SIGTERM to this process in the middle of a step, or of a validation."""

    def __init__(self, step: int, *, validating: bool) -> None:
        self.step, self.validating = step, validating
        self.seen = 0

    def on_train_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int
    ) -> None:
        self.seen = max(self.seen, trainer.global_step)
        if not self.validating and trainer.global_step == self.step:
            os.kill(os.getpid(), signal.SIGTERM)

    def on_validation_batch_start(self, trainer: Trainer, *args: Any, **kwargs: Any) -> None:
        if self.validating and trainer.global_step == self.step:
            os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize(("step", "validating"), [(3, False), (5, False), (6, True)])
def test_sigterm_ends_the_step_and_writes_a_point(
    step: int,
    validating: bool,  # noqa: FBT001 -- a parameter of the test
    images: Path,
    tmp_path: Path,
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    expected = fit(images, tmp_path / "whole")
    home = tmp_path / "run"
    terminate = Terminate(step, validating=validating)

    with pytest.raises(PreemptedError, match="75"):
        fit(images, home, terminate)

    assert terminate.seen == (5 if validating else step), "no further step was begun"
    assert signal.getsignal(signal.SIGTERM) is before
    point = home / "checkpoints" / "resume.ckpt"
    taken_at = torch.load(point, weights_only=True)["global_step"]
    assert taken_at == (step if validating else step + 1)
    resumed = fit(images, home, point=point)
    assert resumed | {"best": ""} == expected | {"best": ""}


def test_sigterm_leaves_no_step_unlogged(images: Path, tmp_path: Path) -> None:
    def logged(home: Path, *more: Callback, point: Path | None = None) -> list[str]:
        csv = CSVLogger(save_dir=str(home), name="csv", version="")
        try:
            fit(images, home, *more, point=point, logger=csv, log_every_n_steps=1)
        except PreemptedError:
            return []
        return (home / "csv" / "metrics.csv").read_text().splitlines()

    home = tmp_path / "run"
    logged(home, Terminate(3, validating=False))

    assert logged(home, point=home / "checkpoints" / "resume.ckpt") == logged(tmp_path / "whole")


def test_a_moved_run_remembers_its_best_checkpoint(images: Path, tmp_path: Path) -> None:
    expected = fit(images, tmp_path / "whole")
    with pytest.raises(PreemptedError, match="75"):
        fit(images, tmp_path / "run", Terminate(8, validating=False))
    home = (tmp_path / "run").rename(tmp_path / "moved")

    resumed = fit(images, home, point=home / "checkpoints" / "resume.ckpt")

    name = Path(expected["best"]).name
    assert resumed == expected | {"best": str(home / "checkpoints" / name)}
    kept = [path.name for path in (home / "checkpoints").glob("step=*")]
    assert kept == [name], "the best of before the move was replaced"


class TerminateAtTheEnd(Callback):
    """Sends SIGTERM when no step follows that could obey it."""

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if trainer.current_epoch == 1:
            os.kill(os.getpid(), signal.SIGTERM)


def test_sigterm_after_the_last_step_is_given_back(images: Path, tmp_path: Path) -> None:
    heard = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        fit(images, tmp_path / "run", TerminateAtTheEnd())
    finally:
        signal.signal(signal.SIGTERM, before)

    assert heard == [signal.SIGTERM]


def test_steps_below_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"from 1 up, but got 0 \(callbacks.resume_point.every"):
        ResumePoint(tmp_path, every_n_steps=0)


def test_the_clock_asks_for_points_too(images: Path, tmp_path: Path) -> None:
    home = tmp_path / "run"
    copies = tmp_path / "points"

    class ByClock(Keep):
        def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
            for callback in trainer.callbacks:
                if isinstance(callback, ResumePoint):
                    callback.every_n_steps, callback.every_minutes = None, 0.0

    fit(images, home, ByClock(home / "checkpoints" / "resume.ckpt", copies))

    assert len(list(copies.iterdir())) == 12
