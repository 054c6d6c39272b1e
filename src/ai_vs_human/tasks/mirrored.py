"""The addresses of a config to a run that is fetched from there, copied there, and published."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from omegaconf import DictConfig

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.errors import StorageError
from ai_vs_human.runs.agreement import is_first_of_its_node, is_first_process
from ai_vs_human.runs.mirror.claim import claim
from ai_vs_human.runs.mirror.copying import RunCopy
from ai_vs_human.runs.mirror.following import Following
from ai_vs_human.runs.result import read_result
from ai_vs_human.runs.stored import CONFIG_NAME

MODEL_NAME: Final = "model.ckpt"
"""What the best checkpoint is called for whoever uses it."""

log = logging.getLogger(__name__)


def copy_of(folder: Path, config: DictConfig) -> RunCopy | None:
    """The copy of a run's folder at `paths.mirror`, for the first process of each machine."""
    address = config.paths.mirror
    return RunCopy(folder, str(address)) if address and is_first_of_its_node() else None


@contextmanager
def mirrored(copy: RunCopy | None, folder: Path, config: DictConfig) -> Iterator[None]:
    """In a job's first process, fetch the run, keep its copy up to date, and publish its model.

    Raises:
        ConfigError: if the copy is another run's, or in use.
        StorageError: if it cannot be fetched; or, of a run that came to its end, stored.
    """
    if not is_first_process():
        yield
        return
    if copy is not None:
        claim(copy, resuming=config.resume is not None)
    with _copied(copy):
        yield
        if config.paths.model_dir:
            _publish(folder, str(config.paths.model_dir))


@contextmanager
def _copied(copy: RunCopy | None) -> Iterator[None]:
    if copy is None:
        yield
        return
    try:
        with Following(copy):
            yield
    except BaseException:
        try:
            _copy_the_end(copy)
        except StorageError as error:  # what ended the run matters more
            log.error("%s", error.sentence)  # noqa: TRY400 -- its traceback tells nothing
        raise
    _copy_the_end(copy)


def _copy_the_end(copy: RunCopy) -> None:
    copy.copy()
    copy.copy_heartbeat()


def _publish(folder: Path, address: str) -> None:
    """Store the best checkpoint and the config of a completed run.

    Raises:
        StorageError: if they cannot be stored.
    """
    result = read_result(folder)
    best = result.checkpoint
    if best is None or result.status != "completed":
        return  # it kept none, or its sweep pruned it
    place = RemoteFolder(address, "paths.model_dir")
    for path, name in ((folder / best, MODEL_NAME), (folder / CONFIG_NAME, CONFIG_NAME)):
        try:
            place.put(path, name)
        except OSError as error:
            raise StorageError(
                f"expected to store {name}, but got: {error} ({address})",
                hint="the same command again stores it",
            ) from error
