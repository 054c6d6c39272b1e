"""A trained detector and any images to its test metrics."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import RichProgressBar
from lightning.pytorch.utilities import rank_zero_only
from omegaconf import DictConfig

from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.heartbeat import Heartbeat
from ai_vs_human.runs.result import Result, read_result
from ai_vs_human.runs.stored import StoredDetector, find_detector, write_config
from ai_vs_human.tasks.assemble import explained, make_trainer, quieten, resolved
from ai_vs_human.tasks.attempt import now
from ai_vs_human.tasks.ending import judge
from ai_vs_human.tasks.inference_stage import InferenceStage
from ai_vs_human.tasks.instantiate import make
from ai_vs_human.tasks.listing import list_images
from ai_vs_human.tasks.load import load_detector
from ai_vs_human.tasks.own_split import in_own_split
from ai_vs_human.tasks.report import (
    describe_data,
    keep_predictions,
    print_summary,
    was_delivered,
)
from ai_vs_human.training.module import DetectorModule

_OF_THE_RUN = ("_target_", "accelerator", "precision", "deterministic")


def evaluate(config: DictConfig) -> float | None:
    """Measure a detector at its own threshold, with its own preprocessing.

    Returns:
        The AUROC; None where the images are of one class.
    """
    values = resolved(config)
    quieten()
    folder = Path(values["paths"]["run_dir"])
    energy = InferenceStage.of(values)
    stored = find_detector(
        str(values["run"]), values["checkpoint"], Path(values["paths"]["output_dir"])
    )
    module = load_detector(stored.checkpoint)
    result = Result(
        run_id=values["run_id"],
        task="evaluate",
        checkpoint=str(stored.checkpoint),
        started=now(),
    )
    with ExitStack() as stack:
        _write_start(values, folder, result, stack)
        try:
            _measure(values, stored, module, result, energy)
        except BaseException as error:
            _write_end(folder, result, error)
            raise
        _write_end(folder, result, None)
    rank_zero_only(print_summary)(result, folder)
    rank_zero_only(energy.print)()
    return result.metrics.get("test/auroc")


@rank_zero_only
def _write_start(values: Mapping[str, Any], folder: Path, result: Result, stack: ExitStack) -> None:
    write_config(folder, {**values, "checkpoint": result.checkpoint})  # what latest means today
    stack.enter_context(Heartbeat(folder))
    result.write(folder)


@rank_zero_only
def _write_end(folder: Path, result: Result, error: BaseException | None) -> None:
    judge(result, error)
    result.write(folder)


def _measure(
    values: Mapping[str, Any],
    stored: StoredDetector,
    module: DetectorModule,
    result: Result,
    energy: InferenceStage,
) -> None:
    folder = Path(values["paths"]["run_dir"])
    data = _data(values.get("data"), stored)
    split = in_own_split(data, stored.checkpoint.resolve().parent.parent)
    images = make({**split, "preprocess": module.preprocess}, "data")
    datamodule = ImageDataModule(images)
    list_images(images, folder)
    if "_target_" not in (values.get("data") or {}):
        images.deliver(cue=_was_delivered(stored))
    result.data = describe_data(data, datamodule)
    own = data == stored.config.get("data")
    with explained():
        trainer = make_trainer(
            _trainer(values.get("trainer"), stored, folder, own_data=own),
            [RichProgressBar(), *energy.callbacks],
            [],
        )
        start = time.monotonic()
        trainer.test(module, datamodule, verbose=False)
    result.seconds["test"] = round(time.monotonic() - start, 3)
    result.metrics = dict(module.test)
    result.images["test"] = len(module.predictions["test"])
    keep_predictions(module, datamodule, folder, result)
    energy.measure(trainer, module, datamodule, folder, result)


def _was_delivered(stored: StoredDetector) -> bool:
    """Whether the run learnt from images delivered alike; its own are then measured on so, too."""
    return stored.folder is not None and bool(was_delivered(read_result(stored.folder).data))


def _data(asked: Mapping[str, Any] | None, stored: StoredDetector) -> Mapping[str, Any]:
    """The images asked for, or the run's own, with single keys of them changed."""
    own: Mapping[str, Any] | None = stored.config.get("data")
    if asked is not None and "_target_" in asked:
        return asked
    if own is None:
        raise ConfigError(
            f"expected images to measure on, but got none: {stored.checkpoint} lies in no run's"
            " folder (data)",
            hint="data=folder data.root=<images>",
        )
    return {**own, **(asked or {})}


def _trainer(
    asked: Mapping[str, Any] | None, stored: StoredDetector, folder: Path, *, own_data: bool
) -> Mapping[str, Any]:
    """The trainer asked for, or one process with the run's device and precision."""
    if asked is not None and "_target_" in asked:
        return asked
    run = stored.config.get("trainer", {"_target_": "lightning.pytorch.Trainer"})
    kept = {key: run[key] for key in _OF_THE_RUN if key in run}
    if own_data and "limit_test_batches" in run:
        kept["limit_test_batches"] = run["limit_test_batches"]
    return {**kept, "devices": 1, "default_root_dir": str(folder), **(asked or {})}
