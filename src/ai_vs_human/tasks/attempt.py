"""A command line to what it means: a new run, the next attempt of a stopped one, or nothing."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, open_dict

from ai_vs_human.errors import CheckpointError, ConfigError
from ai_vs_human.runs.agreement import agree, is_first_process
from ai_vs_human.runs.checkpoints import resume_point
from ai_vs_human.runs.folder import LOCK_NAME, find_run
from ai_vs_human.runs.mirror.copying import RunCopy
from ai_vs_human.runs.result import Result, read_result
from ai_vs_human.runs.stored import has_begun, read_stored
from ai_vs_human.tasks.assemble import resolved
from ai_vs_human.tasks.mirrored import copy_of, mirrored
from ai_vs_human.tasks.more_energy import has_more_to_spend
from ai_vs_human.tasks.stored_config import composed_sha256, flat, stored_config

log = logging.getLogger(__name__)

_PATIENCE_SECONDS: Final = 20.0
"""Loader workers of a killed run hold its lock for some seconds more."""
_STATEFUL: Final = ("frontend.", "backbone.", "optimizer._target_", "scheduler._target_")
"""Of the model's keys, those that a resume point's state belongs to."""
_NEW: Final = ""
_FINISHED: Final = "finished"
_FROM_THE_START: Final = "from the start"


@dataclass(frozen=True)
class Attempt:
    """One start of a run.

    Attributes:
        config: composed, with its references.
        values: the same as plain values.
        folder: of the run.
        result: what is known of the run so far.
        checkpoint: where training goes on; None starts with fresh weights, or with `checkpoint=`.
        finished: there is nothing left to do.
    """

    config: DictConfig
    values: dict[str, Any]
    folder: Path
    result: Result
    checkpoint: Path | None = None
    finished: bool = False


@contextmanager
def begun(config: DictConfig) -> Iterator[Attempt]:
    """Take the run's folder for this process, and say what is to be done in it.

    Raises:
        ConfigError: if the folder is another run's, or in use, or the config cannot work.
        CheckpointError: if the run to go on with, or to start from, cannot be used.
        StorageError: if its copy at `paths.mirror` cannot be fetched or, at the end, stored.
    """
    folder = Path(config.paths.run_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_alone(folder))
        if is_first_process():
            _require_no_other_run(config, folder)
        copy = copy_of(folder, config)
        stack.enter_context(mirrored(copy, folder, config))
        yield _attempt(config, folder, copy)


def _require_no_other_run(config: DictConfig, folder: Path) -> None:
    known = _known(folder)
    if known is not None and config.resume is None:
        raise ConfigError(
            f"expected a folder without a run, but got that of run {known.run_id} ({folder})",
            hint=f"resume={known.run_id} goes on with it; another hydra.run.dir= begins a new one",
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second run out of the folder; the lock ends with the process, however it ends."""
    if not is_first_process():
        yield
        return
    lock = FileLock(folder / LOCK_NAME, timeout=_PATIENCE_SECONDS)
    try:
        lock.acquire()
    except Timeout as error:
        raise ConfigError(
            f"expected a run's folder to itself, but got one in which another process works"
            f" ({folder})",
            hint="wait for that run to end, or leave resume= and hydra.run.dir= out",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _attempt(config: DictConfig, folder: Path, copy: RunCopy | None) -> Attempt:
    word = agree("attempt", lambda: _decide(config, folder))
    if copy is not None and word != _NEW and not is_first_process():
        copy.restore()  # this machine's disk is another than that of the first process
    known = _known(folder)
    if word == _NEW:
        config = _like(config)
        values = resolved(config)
        if config.resume is not None:
            log.info("nothing to resume: this is a new run (resume=%s)", config.resume)
        return Attempt(config, values, folder, _fresh(config, values))
    if known is None:
        raise CheckpointError(
            f"expected the run's folder on the disk of every machine, but got none ({folder})",
            hint="paths.mirror=gs://<bucket>/<folder>, or a folder that all machines share",
        )
    if word == _FINISHED:
        return Attempt(config, {}, folder, known, finished=True)
    config = _stored(folder, config)
    known.status, known.error, known.ended, known.ended_early = "running", None, None, None
    known.attempts += 1
    values = resolved(config)
    if word == _FROM_THE_START:
        return Attempt(config, values, folder, known)
    _require_the_same_parts(values, folder, known.run_id)
    return Attempt(config, values, folder, known, folder / word)


def _require_the_same_parts(values: Mapping[str, Any], folder: Path, run_id: str) -> None:
    """Refuse a network or an optimizer that a resume point's state does not belong to."""
    stored = dict(flat(read_stored(folder).get("model", {})))
    for key, value in flat(values["model"]):
        if key.startswith(_STATEFUL) and value != stored.get(key, value):
            raise ConfigError(
                f"expected the network and optimizer that run {run_id} began with, but got"
                f" {value} instead of {stored[key]} (model.{key})",
                hint=f"like={run_id} in place of resume= trains anew with the change",
            )


def _known(folder: Path) -> Result | None:
    return read_result(folder) if has_begun(folder) else None


def _decide(config: DictConfig, folder: Path) -> str:
    """What is to be done, or the name of the resume point to go on from."""
    known = _known(folder)
    if known is None:
        return _NEW
    if known.task != "train":
        raise CheckpointError(
            f"expected a training run, but got the task {known.task} (resume={config.resume})",
            hint="python scripts/runs.py ls --task train",
        )
    if known.status == "pruned":
        raise CheckpointError(
            f"expected a run to go on with, but got {known.run_id}, which its sweep pruned"
            f" (resume={config.resume})",
            hint=f"like={known.run_id} in place of resume= trains it anew, to the end",
        )
    if known.is_over and not _goes_on(known, config):
        return _FINISHED
    point = resume_point(folder)
    if known.is_over and point is None:
        return _FINISHED
    if point is None:
        log.warning("run %s has no state to go on from: it begins again", known.run_id)
        return _FROM_THE_START
    log.info("run %s goes on from %s (attempt %d)", known.run_id, point, known.attempts + 1)
    return point.relative_to(folder).as_posix()


def _goes_on(known: Result, config: DictConfig) -> bool:
    """Whether a run is over only because its energy budget was spent, and now has a larger one."""
    if known.ended_early is None:
        return False
    return has_more_to_spend(known, config.get("energy"), _overrides())


def _overrides() -> list[str]:
    return list(HydraConfig.get().overrides.task) if HydraConfig.initialized() else []


def _fresh(config: DictConfig, values: dict[str, Any]) -> Result:
    return Result(
        run_id=values["run_id"],
        task="train",
        seed=values["seed"] if isinstance(values["seed"], int) else None,
        tags=list(values["tags"]),
        config_sha256=composed_sha256(config),
        started=now(),
    )


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _like(config: DictConfig) -> DictConfig:
    """The config itself, or that of the run that `like` names."""
    if config.like is None:
        return config
    output_dir = Path(config.paths.output_dir)
    # By the time that another process asks, the latest may be this very run.
    found = agree("like", lambda: str(find_run(str(config.like), output_dir, usable=False)))
    folder = Path(found)
    log.info("like run %s", folder.name)
    config = _stored(folder, config)
    with open_dict(config):
        config.like = folder.name  # what latest means today
    return config


def _stored(folder: Path, config: DictConfig) -> DictConfig:
    return stored_config(folder, config, _overrides())
