"""A run's folder in a bucket to the same folder on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ai_vs_human.errors import CloudError, ConfigError
from ai_vs_human.runs.heartbeat import HEARTBEAT_NAME
from ai_vs_human.runs.result import RESULT_NAME, Result, parse_result
from ai_vs_human.runs.whole_file import write_whole

_LARGE: Final = frozenset(("checkpoints", "model"))


def fetch_run(url: str, folder: Path, *, everything: bool = False) -> None:
    """Copy a run.

    Its result is copied last: where that is, the rest is too.

    Args:
        url: of the run, such as gs://bucket/train/<multirun>/<run>.
        folder: on this machine.
        everything: with checkpoints and models.

    Raises:
        CloudError: if it cannot be read.
        ConfigError: if what reads such a URL is not installed.
    """
    with _readable(url) as (system, base):
        paths = {path.removeprefix(f"{base}/"): path for path in system.find(base)}
        wanted = [one for one in paths if _is_wanted(PurePosixPath(one), everything=everything)]
        for relative in sorted(wanted, key=lambda one: (one == RESULT_NAME, one)):
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, system.cat_file(paths[relative]))


def read_remote_result(url: str) -> Result | None:
    """What a run in a bucket says of itself; None where it says nothing.

    Raises:
        CloudError: if it cannot be read.
        ConfigError: if what reads such a URL is not installed.
    """
    with _readable(url) as (system, base), suppress(FileNotFoundError):
        return parse_result(system.cat_file(f"{base}/{RESULT_NAME}").decode())
    return None


@contextmanager
def _readable(url: str) -> Iterator[tuple[Any, str]]:
    """The file system of a URL, and the path in it."""
    import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415 -- slow to import

    try:
        system, base = fsspec.core.url_to_fs(url)
        system.invalidate_cache()  # what another machine wrote since this process looked last
        yield system, base.rstrip("/")
    except ImportError as error:
        raise ConfigError(
            f"expected the package gcsfs, but it is not installed ({url})",
            hint="uv sync --extra vertex",
        ) from error
    except Exception as error:  # every backend has exceptions of its own
        raise CloudError(
            f"expected a run in a bucket, but got {type(error).__name__}: {error} ({url})",
            hint="the same command reads it again, without a new job",
        ) from error


def _is_wanted(path: PurePosixPath, *, everything: bool) -> bool:
    if path.name == HEARTBEAT_NAME or path.name.startswith("."):
        return False  # of a process that runs elsewhere
    if {"..", ""} & set(path.parts):
        return False  # a bucket's names need not stay inside a folder
    return everything or path.parts[0] not in _LARGE
