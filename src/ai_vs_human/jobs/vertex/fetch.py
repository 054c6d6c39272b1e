"""A run's folder in a bucket to the same folder on this machine."""

from pathlib import Path, PurePosixPath
from typing import Final

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.cloud.vertex.checked import WHERE
from ai_vs_human.errors import StorageError
from ai_vs_human.runs.heartbeat import HEARTBEAT_NAME
from ai_vs_human.runs.result import RESULT_NAME, Result, parse_result
from ai_vs_human.runs.whole_file import write_whole

_KEY: Final = f"{WHERE}.bucket"
_LARGE: Final = frozenset(("checkpoints", "model"))


def fetch_run(url: str, folder: Path, *, everything: bool = False) -> None:
    """Copy a run.

    Its result is copied last: where that is, the rest is too.

    Args:
        url: of the run, such as gs://bucket/train/<multirun>/<run>.
        folder: on this machine.
        everything: with checkpoints and models.

    Raises:
        StorageError: if it cannot be read.
    """
    remote = RemoteFolder(url, _KEY)
    try:
        names = [name for name in remote.names() if _is_wanted(name, everything=everything)]
        for name in sorted(names, key=lambda one: (one == RESULT_NAME, one)):
            content = remote.read(name)
            if content is not None:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                write_whole(folder / name, content)
    except OSError as error:
        raise _unreadable(url, error) from error


def read_remote_result(url: str) -> Result | None:
    """What a run in a bucket says of itself; None where it says nothing.

    Raises:
        StorageError: if it cannot be read.
    """
    try:
        content = RemoteFolder(url, _KEY).read(RESULT_NAME)
        return None if content is None else parse_result(content.decode())
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable(url, error) from error


def _is_wanted(name: str, *, everything: bool) -> bool:
    path = PurePosixPath(name)
    if path.name == HEARTBEAT_NAME or path.name.startswith("."):
        return False  # of a process that runs elsewhere
    if path.is_absolute() or ".." in path.parts:
        return False  # a bucket's names need not stay inside a folder
    return everything or path.parts[0] not in _LARGE


def _unreadable(url: str, error: Exception) -> StorageError:
    return StorageError(
        f"expected a run that can be read, but got {url}: {error} ({_KEY})",
        hint="the same command reads it again, without a new job",
    )
