"""A run's settings to the names of the metrics that it can log."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from ai_vs_human.tasks.validation.values import at

MEASURED: Final = (
    *("auroc", "average_precision", "eer", "tpr_at_1pct_fpr"),
    *("accuracy", "balanced_accuracy", "f1", "recall_ai", "recall_human"),
    *("ece", "brier", "loss", "threshold"),
)
"""Of validation and of test images; a run logs those that its images can give."""
OF_GENERATORS: Final = ("auroc_mean_generator", "auroc_worst_generator")
"""Of test images, once all of them are measured."""
_OF_EPOCHS: Final = (
    *("train", "val", "gpu", "cpu", "dram", "total", "spent", "forecast", "to_target"),
)
_OF_ENERGY: Final = (
    *(f"{what}_joules" for what in _OF_EPOCHS),
    *("train_joules_per_sample", "train_joules_per_step"),
    *("train_mean_watts", "val_mean_watts", "co2e_grams"),
)
OF_ENERGY: Final = tuple(f"energy/{name}" for name in _OF_ENERGY)
"""Each epoch, where the machine can measure it."""
OF_ESTIMATES: Final = tuple(f"energy_est/{name}" for name in _OF_ENERGY)
"""The same of declared watts."""
_OF_TEST: Final = (
    *(f"test_joules{per}" for per in ("", "_per_sample", "_per_correct")),
    "test_mean_watts",
)
OF_TEST_ENERGY: Final = tuple(
    f"{kind}/{name}" for kind in ("energy", "energy_est") for name in _OF_TEST
)

_LESS: Final = {"loss", "loss_step", "eer", "ece", "brier", "loader_wait_share"}
"""Metrics of which less is better."""

_LOGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ai_vs_human.callbacks.throughput.Throughput": (
            "train/images_per_second",
            "train/loader_wait_share",
        ),
        "ai_vs_human.callbacks.learning_rate.LearningRate": (),
        "ai_vs_human.callbacks.resume_point.ResumePoint": (),
        "ai_vs_human.callbacks.energy.power_limit.PowerLimit": (),
        "ai_vs_human.callbacks.sample_images.SampleImages": (),
    }
)
"""What our callbacks log; the rest of Lightning's log nothing."""
_MODULE: Final = "ai_vs_human.training.module.DetectorModule"


def targets(values: Mapping[str, Any]) -> dict[str, str]:
    """The class of each callback, by its key."""
    callbacks = at(values, "callbacks") or {}
    return {
        f"callbacks.{name}": node["_target_"]
        for name, node in callbacks.items()
        if isinstance(node, Mapping) and isinstance(node.get("_target_"), str)
    }


def all_known(values: Mapping[str, Any]) -> bool:
    """Whether every part of the run is one whose metrics are listed here."""
    ours = all(
        target in _LOGS or target.startswith("lightning.pytorch.callbacks.")
        for target in targets(values).values()
    )
    return ours and at(values, "model._target_") == _MODULE


def in_training(values: Mapping[str, Any]) -> list[str]:
    """What callbacks can look at while the run trains."""
    names = ["train/loss", "train/loss_step"]
    for target in targets(values).values():
        names += _LOGS.get(target, ())
    if validates(values):
        names += [f"val/{name}" for name in MEASURED]
    if at(values, "energy"):
        names += (*OF_ENERGY, *OF_ESTIMATES)
    return names


def after_test(values: Mapping[str, Any]) -> list[str]:
    """What is known besides once the best checkpoint is measured on test images."""
    if not at(values, "test") or at(values, "trainer.limit_test_batches") == 0:
        return []
    energy = OF_TEST_ENERGY if at(values, "energy") else ()
    return [*(f"test/{name}" for name in (*MEASURED, *OF_GENERATORS)), *energy]


def validates(values: Mapping[str, Any]) -> bool:
    """Whether validation images are measured at all."""
    return not_validated(values) is None


def not_validated(values: Mapping[str, Any]) -> str | None:
    """The settings by which no validation image is ever measured."""
    trainer = at(values, "trainer") or {}
    if trainer.get("limit_val_batches") == 0:
        return "trainer.limit_val_batches=0"
    every, epochs = trainer.get("check_val_every_n_epoch"), trainer.get("max_epochs")
    if trainer.get("fast_dev_run") or not isinstance(every, int) or not isinstance(epochs, int):
        return None
    if 0 <= epochs < every:
        return f"trainer.check_val_every_n_epoch={every}, trainer.max_epochs={epochs}"
    return None


def better_when(name: str) -> Literal["min", "max"] | None:
    """Whether less or more of a metric is better; None where that cannot be said."""
    last = name.rpartition("/")[2]
    if last in _LESS or any(unit in last for unit in ("joules", "watts", "grams")):
        return "min"
    return "max" if last in {*MEASURED, *OF_GENERATORS} - {"threshold"} else None
