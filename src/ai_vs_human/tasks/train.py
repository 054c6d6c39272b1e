"""A composed config to a trained, measured detector and a run folder that says so."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import torch
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from lightning.pytorch import seed_everything
from lightning.pytorch.callbacks import LambdaCallback
from lightning.pytorch.utilities import rank_zero_only
from omegaconf import DictConfig

from ai_vs_human.errors import CheckpointError, ConfigError, EnergyError, PrunedError
from ai_vs_human.jobs.outcome import unfit
from ai_vs_human.models.fingerprint import weights_sha256
from ai_vs_human.runs.agreement import is_first_process
from ai_vs_human.runs.heartbeat import Heartbeat
from ai_vs_human.runs.masking import mask_config
from ai_vs_human.runs.result import Result
from ai_vs_human.runs.stored import write_config
from ai_vs_human.tasks.assemble import Parts, assemble, explained
from ai_vs_human.tasks.attempt import Attempt, begun
from ai_vs_human.tasks.audited import audited, cue_to_mend
from ai_vs_human.tasks.ending import finish
from ai_vs_human.tasks.listing import list_images
from ai_vs_human.tasks.own_split import in_own_split, keep_split
from ai_vs_human.tasks.record import keep_data, keep_provenance
from ai_vs_human.tasks.report import (
    describe_data,
    keep_predictions,
    print_summary,
    was_delivered,
)
from ai_vs_human.tasks.sigterm import obeying_sigterm
from ai_vs_human.tasks.stored_config import write_composed
from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.training.shared_file import bring_to_every_machine

log = logging.getLogger(__name__)


def train(config: DictConfig) -> float | tuple[float, ...] | None:
    """Train, measure the best checkpoint, and write down what came of it.

    Returns:
        The `optimized_metric`, or each of them, for a sweep.
    """
    if not is_first_process():
        logging.getLogger().setLevel(logging.ERROR)  # the first process speaks for all
        # Of other machines Lightning knows only when it has its trainer.
        rank_zero_only.rank = rank_zero_only.rank or 1  # type: ignore[attr-defined]
    with begun(config) as attempt:
        if attempt.finished:
            log.info(
                "run %s is finished: there is nothing to resume (%s);"
                " like=%s trains it again, with other values if you add them",
                attempt.result.run_id,
                attempt.folder,
                attempt.result.run_id,
            )
        else:
            try:
                _go(attempt)
            except PrunedError as pruned:
                _stopped(pruned)
                return None
            rank_zero_only(print_summary)(attempt.result, attempt.folder)
        return _optimized(config.optimized_metric, attempt.result)


def _stopped(pruned: PrunedError) -> None:
    """Tell a sweep in this process; elsewhere it reads the run's result.

    Raises:
        TrialPruned: as Optuna expects of a trial.
    """
    log.info("%s", pruned)
    if _sweeps_here():
        from optuna import TrialPruned  # noqa: PLC0415 -- only a sweep needs Optuna

        raise TrialPruned(str(pruned)) from pruned


def _go(attempt: Attempt) -> None:
    """Run to the end, and write down how it ended, whatever happens."""
    result, folder = attempt.result, attempt.folder
    parts = None
    with ExitStack() as stack:
        try:
            stack.enter_context(obeying_sigterm())
            _write_start(attempt, stack)
            seed_everything(attempt.values["seed"], workers=True, verbose=False)
            with explained():
                parts = assemble(_as_begun(attempt))
                _run(parts, attempt)
        except BaseException as error:
            finish(parts, folder, result, error)
            raise
        finish(parts, folder, result, None)


def _as_begun(attempt: Attempt) -> Mapping[str, Any]:
    """The config, in which images of a run that goes on stay in their splits."""
    values = attempt.values
    if attempt.result.attempts == 1:
        return values
    return {**values, "data": in_own_split(values["data"], attempt.folder)}


@rank_zero_only
def _write_start(attempt: Attempt, stack: ExitStack) -> None:
    if attempt.result.attempts == 1:
        _keep_config(attempt)
    stack.enter_context(Heartbeat(attempt.folder))  # first: a run without one has crashed
    attempt.result.write(attempt.folder)
    keep_provenance(attempt)


@rank_zero_only
def _keep_config(attempt: Attempt) -> None:
    """Store what the run works with; a later attempt does so when its training has started.

    A changed value with which the run cannot go on must not spoil the attempt after it.
    """
    values = {key: value for key, value in attempt.values.items() if key != "resume"}
    write_config(attempt.folder, values)
    write_composed(attempt.config, attempt.folder)


def _check(parts: Parts, values: Mapping[str, Any]) -> None:
    """Refuse what could only fail after the training."""
    several = parts.trainer.world_size > 1
    if several and _sweeps_here():
        raise ConfigError(
            "expected one process a job where all jobs share this one, but got"
            f" {parts.trainer.world_size} (trainer.devices, hydra/launcher=basic)",
            hint="hydra/launcher=process starts each job in processes of its own",
        )
    if values["test"]:
        parts.datamodule.setup("test")


def _run(parts: Parts, attempt: Attempt) -> None:
    values, folder, result = attempt.values, attempt.folder, attempt.result
    checkpoint = attempt.checkpoint or _existing(values["checkpoint"])
    with _timed(result, "data"):
        list_images(parts.datamodule.images, folder)
        keep_split(parts.datamodule.images, folder)
    audit = audited(parts.datamodule.images, values.get("audit"), folder)
    began = result.data if attempt.checkpoint is not None and result.attempts > 1 else {}
    parts.datamodule.images.deliver(cue=cue_to_mend(audit, was_delivered(began)))
    _check(parts, values)
    result.data = describe_data(values["data"], parts.datamodule)
    keep_data(attempt)
    for logger in parts.loggers:
        logger.log_hyperparams(mask_config(values))
    keeper = LambdaCallback(on_train_start=lambda *_: _keep_config(attempt))
    parts.trainer.callbacks.append(keeper)  # type: ignore[attr-defined]  # Lightning sets it late
    with _timed(result, "fit"):
        parts.trainer.fit(parts.module, parts.datamodule, ckpt_path=checkpoint, weights_only=True)
    result.weights_sha256 = weights_sha256(parts.module.detector)
    result.metrics = _figures(parts)
    result.images_per_second = result.metrics.get("train/images_per_second")
    result.metrics |= parts.module.validation
    best = parts.best
    if best is not None:
        bring_to_every_machine(Path(best), parts.trainer)
        result.metrics |= torch.load(best, map_location="cpu", weights_only=True)["validation"]
    if parts.is_pruned:
        raise PrunedError(f"its sweep ended it after {parts.trainer.current_epoch} epochs")
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


@contextmanager
def _timed(result: Result, name: str) -> Iterator[None]:
    """Add a part's wall time to what earlier attempts took for it."""
    start = time.monotonic()
    earlier = result.seconds.get(name, 0.0)
    try:
        yield
    finally:
        result.seconds[name] = round(earlier + time.monotonic() - start, 3)


def _existing(checkpoint: str | None) -> str | None:
    if checkpoint is not None and not Path(checkpoint).is_file():
        raise CheckpointError(
            f"expected a checkpoint's file, but got {checkpoint} (checkpoint)",
            hint="checkpoint=outputs/train/<run>/checkpoints/last.ckpt",
        )
    return checkpoint


def _figures(parts: Parts) -> dict[str, float]:
    """What epochs and tests came to; figures of single steps are the loggers'."""
    figures = parts.trainer.callback_metrics.items()
    return {k: float(v) for k, v in figures if "/" in k and not k.endswith("_step")}


def _optimized(
    named: str | Sequence[str] | None, result: Result
) -> float | tuple[float, ...] | None:
    """The figures that a run is judged by; a sweep cannot do without one of them.

    Raises:
        ConfigError: if the run has none of that name, and is one of several in this process.
        EnergyError: if it is one of several, and its joules are not all that it spent.
    """
    if named is None:
        return None
    names = [named] if isinstance(named, str) else list(named)
    for name in names:
        if name not in result.metrics and not _sweeps_here():
            log.warning("this run has no %s (optimized_metric)", name)
            return None
        if name not in result.metrics:
            near = nearest(name, list(result.metrics))
            raise ConfigError(
                f"expected a metric of the run, but got {name} (optimized_metric)",
                hint=f"optimized_metric={near}" if near else "optimized_metric=null",
            )
    fault = unfit(result, names)
    if fault is not None:
        if _sweeps_here():
            raise EnergyError(
                f"expected a figure to judge the run by, but {fault} (optimized_metric)",
                hint="energy.json says what was missed",
            )
        log.warning("%s (optimized_metric)", fault)
    values = tuple(result.metrics[name] for name in names)
    return values[0] if isinstance(named, str) else values


def _sweeps_here() -> bool:
    """Whether this process runs the jobs of a multirun one after the other."""
    return HydraConfig.initialized() and HydraConfig.get().mode is RunMode.MULTIRUN
