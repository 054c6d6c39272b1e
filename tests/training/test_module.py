"""The LightningModule on a real Trainer: learning, the frozen threshold, plain checkpoints."""

import csv
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch import Trainer
from lightning.pytorch.loggers import CSVLogger

from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.members import folder
from ai_vs_human.errors import ConfigError, DivergedError
from ai_vs_human.tasks.load import load_detector
from ai_vs_human.training.module import DetectorModule
from tests.toys import toy_images


def make_module(**changes: Any) -> DetectorModule:
    parts: dict[str, Any] = {
        "frontend": {"_target_": "ai_vs_human.models.frontends.NeighboringPixels"},
        "backbone": {"_target_": "ai_vs_human.models.backbones.SmallCNN", "widths": [8]},
        "optimizer": {"_target_": "torch.optim.AdamW", "lr": 0.02},
        "scheduler": {"_target_": "ai_vs_human.training.schedules.cosine"},
        "loss": {"_target_": "ai_vs_human.training.losses.BinaryCrossEntropy"},
        "preprocess": {"mode": "as_is", "size": None},
    }
    torch.manual_seed(0)
    return DetectorModule(**parts | changes)


def make_data(root: Path, **changes: Any) -> ImageDataModule:
    options: dict[str, Any] = {
        "root": str(toy_images(root / "images")),
        "cache_dir": str(root / "cache"),
        "classes": {"ai": ["ai"], "human": ["human"]},
        "splits": {"train": ["train"], "val": ["val"], "test": ["test"]},
        "preprocess": {"mode": "as_is", "size": None},
        "batch_size": 8,
    }
    return ImageDataModule(folder(**options | changes))


def make_trainer(root: Path, **changes: Any) -> Trainer:
    options: dict[str, Any] = {
        "default_root_dir": root,
        "accelerator": "cpu",
        "max_epochs": 2,
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "use_distributed_sampler": False,
        "log_every_n_steps": 3,
    }
    return Trainer(**options | changes)


pytestmark = [
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
    pytest.mark.filterwarnings("ignore:.*in eval mode at the start of training.*"),
]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[DetectorModule, Trainer, Path]:
    root = tmp_path_factory.mktemp("fitted")
    module, trainer, data = make_module(), make_trainer(root), make_data(root)
    trainer.fit(module, data)
    trainer.save_checkpoint(root / "x.ckpt")
    trainer.test(module, data, verbose=False)
    return module, trainer, root


def test_a_detector_learns_what_can_be_learnt(
    fitted: tuple[DetectorModule, Trainer, Path],
) -> None:
    _, trainer, _ = fitted

    assert trainer.callback_metrics["test/auroc"] == 1


def test_the_test_uses_the_threshold_that_validation_gave(
    fitted: tuple[DetectorModule, Trainer, Path],
) -> None:
    module, trainer, _ = fitted

    assert trainer.callback_metrics["test/threshold"] == module.validation["val/threshold"]
    assert float(module.threshold) != 0.5


def test_a_checkpoint_holds_plain_data_and_gives_the_same_logits(
    fitted: tuple[DetectorModule, Trainer, Path],
) -> None:
    module, _, root = fitted
    images = torch.randint(0, 256, (4, 3, 16, 16), dtype=torch.uint8)

    stored = torch.load(root / "x.ckpt", weights_only=True)
    again = load_detector(root / "x.ckpt")

    assert stored["hyper_parameters"]["preprocess"] == {"mode": "as_is", "size": None}
    assert torch.equal(again.eval()(images), module.eval()(images))
    assert again.threshold == module.threshold
    assert again.validation == module.validation


def test_a_checkpoint_does_not_ask_for_pretrained_weights_again(tmp_path: Path) -> None:
    network = {"_target_": "ai_vs_human.models.backbones.ResNet", "name": "resnet18"}
    first = make_module(backbone=network)
    weights = {
        name.replace("stages.", "layer").replace("stem.0", "conv1").replace("stem.1", "bn1"): value
        for name, value in first.detector.backbone.state_dict().items()
    }
    weights = {_torchvision_name(name): value for name, value in weights.items()}
    torch.save(weights, tmp_path / "weights.pth")
    module = make_module(backbone=network | {"weights": str(tmp_path / "weights.pth")})
    trainer = make_trainer(tmp_path)
    trainer.strategy.connect(module)
    trainer.save_checkpoint(tmp_path / "x.ckpt")
    (tmp_path / "weights.pth").unlink()

    assert isinstance(load_detector(tmp_path / "x.ckpt"), DetectorModule)


def _torchvision_name(name: str) -> str:
    if not name.startswith("layer"):
        return name
    number, _, rest = name.removeprefix("layer").partition(".")
    return f"layer{int(number) + 1}.{rest}"


def test_a_frozen_backbone_is_the_same_after_a_fit(tmp_path: Path) -> None:
    backbone = {"_target_": "ai_vs_human.models.backbones.ResNet", "name": "resnet18"}
    module = make_module(backbone=backbone | {"freeze": True, "stages": 1})
    before = {k: v.clone() for k, v in module.detector.backbone.state_dict().items()}
    head = module.detector.head.weight.detach().clone()

    make_trainer(tmp_path, max_epochs=1).fit(module, make_data(tmp_path))

    after = module.detector.backbone.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not torch.equal(head, module.detector.head.weight)


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    weights = []
    for turn in range(2):
        module = make_module()
        data = make_data(tmp_path / str(turn), augment={"flip": True, "rotate90": True})
        make_trainer(tmp_path, max_epochs=1).fit(module, data)
        weights.append(module.state_dict())

    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


@pytest.mark.parametrize(
    "options",
    [
        {"accumulate_grad_batches": 2, "gradient_clip_val": 0.1},
        {"precision": "bf16-mixed"},
        {"precision": "bf16-true"},
    ],
    ids=["accumulate-and-clip", "mixed-precision", "half-precision"],
)
def test_trainer_options_reach_the_fit(tmp_path: Path, options: dict[str, Any]) -> None:
    trainer = make_trainer(tmp_path, max_epochs=1, **options)

    trainer.fit(make_module(), make_data(tmp_path))

    assert trainer.global_step == (3 if "accumulate_grad_batches" in options else 6)
    assert trainer.callback_metrics["val/auroc"] > 0.5


def test_compiled_weights_keep_their_names(tmp_path: Path) -> None:
    module = make_module(compile=True)
    names = list(module.state_dict())
    module.on_fit_start()

    assert list(module.state_dict()) == names


def test_training_goes_on_after_a_validation_that_moved_tensors(tmp_path: Path) -> None:
    """On a GPU whatever validation creates is an inference tensor, of no use to the next step."""

    class Moving(DetectorModule):
        def on_validation_epoch_end(self) -> None:
            super().on_validation_epoch_end()
            assert not any(buffer.is_inference() for buffer in self.buffers())

    torch.manual_seed(0)
    parts = make_module().hparams
    make_trainer(tmp_path, max_epochs=2).fit(Moving(**parts), make_data(tmp_path))


def test_every_logged_step_has_its_own_loss(tmp_path: Path) -> None:
    logger = CSVLogger(tmp_path, name="csv", version="")
    trainer = make_trainer(tmp_path, max_epochs=2, logger=logger, log_every_n_steps=4)

    trainer.fit(make_module(), make_data(tmp_path))

    with (tmp_path / "csv" / "metrics.csv").open(newline="") as file:
        steps = [row["step"] for row in csv.DictReader(file) if row["train/loss_step"]]
    assert steps == ["3", "7", "11"]


def test_a_diverged_training_says_so(tmp_path: Path) -> None:
    optimizer = {"_target_": "torch.optim.SGD", "lr": 1e30}

    with pytest.raises(DivergedError, match=r"(?s)finite logits, but got .*epoch 0.*hint: a"):
        make_trainer(tmp_path).fit(make_module(optimizer=optimizer), make_data(tmp_path))


def test_a_value_that_an_optimizer_refuses_is_named(tmp_path: Path) -> None:
    optimizer = {"_target_": "torch.optim.SGD", "lr": 0.1, "nesterov": True}

    with pytest.raises(ConfigError, match=r"torch\.optim\.SGD takes, but got: Nesterov"):
        make_trainer(tmp_path).fit(make_module(optimizer=optimizer), make_data(tmp_path))


def test_a_fit_without_an_end_has_no_schedule(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)without an end.*hint: trainer\.max_epochs=10"):
        make_trainer(tmp_path, max_epochs=-1).fit(make_module(), make_data(tmp_path))
