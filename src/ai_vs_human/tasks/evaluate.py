"""A trained detector and any images to its test metrics."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import RichProgressBar
from omegaconf import DictConfig

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.result import Result
from ai_vs_human.runs.stored import find_detector
from ai_vs_human.tasks.assemble import explained, make, make_trainer, quieten, resolved
from ai_vs_human.tasks.load import load_detector
from ai_vs_human.tasks.report import (
    describe_data,
    keep_predictions,
    list_images,
    print_summary,
)

_OF_THE_RUN = ("_target_", "accelerator", "precision", "deterministic", "limit_test_batches")


def evaluate(config: DictConfig) -> float | None:
    """Measure a detector at its own threshold, with its own preprocessing.

    Returns:
        The AUROC; None where the images are of one class.
    """
    values = resolved(config)
    quieten()
    folder = Path(values["paths"]["run_dir"])
    stored = find_detector(values["run"], values["checkpoint"], Path(values["paths"]["output_dir"]))
    module = load_detector(stored.checkpoint)
    data = values.get("data") or stored.config.get("data")
    if data is None:
        raise ConfigError(
            f"expected images to measure on, but got none: {stored.checkpoint} lies in no run's"
            " folder (data)",
            hint="data=folder data.root=<images>",
        )
    datamodule = make({**data, "preprocess": module.preprocess}, "data")
    manifest = list_images(datamodule, folder)
    with explained():
        trainer = make_trainer(_trainer(values, stored.config, folder), [RichProgressBar()], [])
        trainer.test(module, datamodule, verbose=False)
    result = Result(run_id=values["run_id"], task="evaluate", checkpoint=str(stored.checkpoint))
    result.metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
    result.images["test"] = len(module.predictions["test"])
    result.data = describe_data(data, manifest)
    keep_predictions(module, datamodule, folder, result)
    result.status = "completed"
    result.write(folder)
    print_summary(result, folder)
    return result.metrics.get("test/auroc")


def _trainer(
    values: Mapping[str, Any], stored: Mapping[str, Any], folder: Path
) -> Mapping[str, Any]:
    """The trainer asked for, or one process with the run's device and precision."""
    asked: Mapping[str, Any] | None = values.get("trainer")
    if asked is not None:
        return asked
    run = stored.get("trainer", {"_target_": "lightning.pytorch.Trainer"})
    kept = {key: run[key] for key in _OF_THE_RUN if key in run}
    return {**kept, "devices": 1, "default_root_dir": str(folder)}
