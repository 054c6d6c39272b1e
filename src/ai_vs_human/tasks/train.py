"""A composed config to a trained, measured detector and a run folder that says so."""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import yaml
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from lightning.pytorch import seed_everything
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.utilities import rank_zero_only
from omegaconf import DictConfig

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.errors import AiVsHumanError, CheckpointError, ConfigError
from ai_vs_human.loggers.protocol import Closable
from ai_vs_human.runs.result import Result
from ai_vs_human.tasks.assemble import Parts, assemble, explained, resolved
from ai_vs_human.tasks.explain import nearest
from ai_vs_human.tasks.report import (
    describe_data,
    keep_predictions,
    list_images,
    print_summary,
)

log = logging.getLogger(__name__)


def train(config: DictConfig) -> float | None:
    """Train, measure the best checkpoint, and write down what came of it.

    Returns:
        The `optimized_metric`, for a sweep.
    """
    values = resolved(config)
    folder = Path(values["paths"]["run_dir"])
    folder.mkdir(parents=True, exist_ok=True)
    result = Result(run_id=values["run_id"], task="train")
    _write_start(folder, values, result)
    if int(os.environ.get("LOCAL_RANK", "0")) != 0:
        logging.getLogger().setLevel(logging.ERROR)  # the first process speaks for all
    parts = None
    try:
        _seed(values["seed"])
        with explained():
            parts = assemble(values)
            _run(parts, values, folder, result)
    except BaseException as error:
        _finish(parts, folder, result, error)
        raise
    _finish(parts, folder, result, None)
    rank_zero_only(print_summary)(result, folder)
    return _optimized(values["optimized_metric"], result)


@rank_zero_only
def _write_start(folder: Path, values: Mapping[str, Any], result: Result) -> None:
    text = yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    result.write(folder)


def _seed(seed: int) -> None:
    if not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ConfigError(
            f"expected a whole number from 0 to {2**32 - 1}, but got {seed!r} (seed)", hint="seed=0"
        )
    seed_everything(seed, workers=True, verbose=False)


def _check(parts: Parts, values: Mapping[str, Any]) -> None:
    """Refuse what could only fail after the training."""
    several = parts.trainer.world_size > 1
    if several and HydraConfig.initialized() and HydraConfig.get().mode is RunMode.MULTIRUN:
        raise ConfigError(
            f"expected one process a job in a sweep, but got {parts.trainer.world_size}"
            " (trainer.devices)",
            hint="trainer.devices=1, or start the jobs one by one without -m",
        )
    if values["test"]:
        parts.datamodule.setup("test")


def _run(parts: Parts, values: Mapping[str, Any], folder: Path, result: Result) -> None:
    checkpoint = _existing(values["checkpoint"])
    with _timed(result, "data"):
        manifest = list_images(parts.datamodule, folder)
    _check(parts, values)
    result.data = describe_data(values["data"], manifest)
    for logger in parts.loggers:
        logger.log_hyperparams(dict(values))
    with _timed(result, "fit"):
        parts.trainer.fit(parts.module, parts.datamodule, ckpt_path=checkpoint)
    result.metrics = _figures(parts)
    result.images_per_second = result.metrics.get("train/images_per_second")
    result.metrics |= parts.module.validation
    best = _best(parts)
    if best is not None:
        result.metrics |= torch.load(best, map_location="cpu", weights_only=True)["validation"]
    if values["test"]:
        with _timed(result, "test"):
            parts.trainer.test(parts.module, parts.datamodule, ckpt_path=best, verbose=False)
    _measure(parts, folder, result, tested=bool(values["test"]))


def _measure(parts: Parts, folder: Path, result: Result, *, tested: bool) -> None:
    """Collect the test's figures."""
    result.metrics |= _figures(parts) | parts.module.test
    result.images["train"] = len(parts.datamodule.images_of("train"))
    for stage in ("val", "test"):
        if stage in parts.module.predictions:
            result.images[stage] = len(parts.module.predictions[stage])
    if tested:
        keep_predictions(parts.module, parts.datamodule, folder, result)


def _best(parts: Parts) -> str | None:
    """The checkpoint to measure: the best so far, or the last where none was judged."""
    keeper = parts.trainer.checkpoint_callback
    if not isinstance(keeper, ModelCheckpoint):
        return None
    return keeper.best_model_path or keeper.last_model_path or None


def _inside(path: str, folder: Path) -> str:
    """A path relative to the run's folder, so that the folder can be moved."""
    whole, home = Path(path).resolve(), folder.resolve()
    return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)


def _finish(parts: Parts | None, folder: Path, result: Result, error: BaseException | None) -> None:
    """Write the result and close what is open, whatever happened."""
    result.status = "completed"
    if error is not None:
        interrupted = isinstance(error, KeyboardInterrupt | SystemExit)
        result.status = "interrupted" if interrupted else "failed"
        result.error = error.sentence if isinstance(error, AiVsHumanError) else repr(error)
    if parts is not None:
        best = _best(parts)
        result.checkpoint = None if best is None else _inside(best, folder)
        for callback in parts.trainer.callbacks:  # type: ignore[attr-defined]  # Lightning sets it late
            if isinstance(callback, EnergyMonitor):
                result.energy = callback.summary
                result.metrics |= callback.summary.get("metrics", {})
    try:
        rank_zero_only(result.write)(folder)
    finally:
        for logger in parts.loggers if parts is not None else ():
            if isinstance(logger, Closable):
                logger.close(failed=error is not None)


@contextmanager
def _timed(result: Result, name: str) -> Iterator[None]:
    start = time.monotonic()
    try:
        yield
    finally:
        result.seconds[name] = round(time.monotonic() - start, 3)


def _existing(checkpoint: str | None) -> str | None:
    if checkpoint is not None and not Path(checkpoint).is_file():
        raise CheckpointError(
            f"expected a checkpoint's file, but got {checkpoint} (checkpoint)",
            hint="checkpoint=outputs/train/<run>/checkpoints/last.ckpt",
        )
    return checkpoint


def _figures(parts: Parts) -> dict[str, float]:
    return {name: float(value) for name, value in parts.trainer.callback_metrics.items()}


def _optimized(name: str | None, result: Result) -> float | None:
    if name is None:
        return None
    if name not in result.metrics and HydraConfig.get().mode is not RunMode.MULTIRUN:
        log.warning("this run has no %s (optimized_metric)", name)
        return None
    if name not in result.metrics:
        near = nearest(name, list(result.metrics))
        raise ConfigError(
            f"expected a metric of the run, but got {name} (optimized_metric)",
            hint=f"optimized_metric={near}" if near else "optimized_metric=null",
        )
    return result.metrics[name]
