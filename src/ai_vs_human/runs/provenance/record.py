"""The state a run is started from to provenance.json, and back."""

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.masking import mask_diff, mask_strings, mask_words
from ai_vs_human.runs.provenance import environment
from ai_vs_human.runs.provenance.git_state import GitState, read_git
from ai_vs_human.runs.versioned import parse_object
from ai_vs_human.runs.whole_file import write_whole

PROVENANCE_NAME: Final = "provenance.json"
DIFF_NAME: Final = "changes.diff"
SCHEMA_VERSION: Final = 1

_LOCK_NAME: Final = "uv.lock"


@dataclass
class Provenance:
    """What a run, or one attempt at it, was started from, in plain values without secrets.

    Attributes:
        run_id: the run's name.
        started: when this was collected, ISO 8601 in UTC.
        command: the words of the command line.
        working_directory: where it was given.
        overrides: Hydra's, as the caller gave them.
        seed: of the run; None where it has none.
        git: commit, branch, dirty, remote, untracked files, and by name and hash the file with
            the changes (`diff`, `diff_sha256`); in a container image only the commit it was
            built from; None where that is unknown, too.
        lock_sha256: of uv.lock; None where there is none.
        python: version and implementation.
        platform: system, kernel, machine and libc.
        host: the machine's name.
        packages: version of each installed package, by normalised name.
        hardware: cpu, memory_bytes and gpus: the machine's, whatever the run may see of them.
        environment: the variables that change what a run computes or where it runs.
        data: fingerprint, root, … of the images, once they are listed.
        diff: the changes against the commit, which stand in a file of their own.
    """

    run_id: str
    started: str
    command: list[str]
    working_directory: str
    overrides: list[str]
    seed: int | None
    git: dict[str, Any] | None
    lock_sha256: str | None
    python: dict[str, str]
    platform: dict[str, str]
    host: str
    packages: dict[str, str]
    hardware: dict[str, Any]
    environment: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION
    diff: str = field(default="", repr=False)

    def write(self, folder: Path, attempt: int = 1) -> None:
        """Write provenance.json, and changes.diff if there are any, each all or nothing.

        Args:
            folder: the run's.
            attempt: from the second on, the names are provenance-2.json and changes-2.diff: a
                resumed run keeps the record of each start.
        """
        values = asdict(self)
        diff = mask_diff(values.pop("diff"))
        values = {name: mask_strings(value) for name, value in values.items()}
        if values["git"] is not None and diff:
            name = _numbered(DIFF_NAME, attempt)
            values["git"] |= {"diff": name, "diff_sha256": _sha256(diff)}
            write_whole(folder / name, _bytes(diff))
        text = json.dumps(values, indent=2, default=str)
        write_whole(folder / _numbered(PROVENANCE_NAME, attempt), text + "\n")


def collect(
    *,
    run_id: str,
    command: Sequence[str],
    overrides: Sequence[str],
    seed: int | None,
    project: Path,
) -> Provenance:
    """The state of code, packages and machine now; a quarter of a second.

    Args:
        run_id: of the run that starts.
        command: its command line.
        overrides: those of its config.
        seed: of the run.
        project: the folder of the code, inside a git repository or not.
    """
    git = read_git(project)
    diff = "" if git is None else mask_diff(git.diff)
    return Provenance(
        run_id=run_id,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        command=mask_words(command),
        working_directory=str(Path.cwd()),
        overrides=mask_words(overrides),
        seed=seed,
        git=None if git is None else _without_diff(git, diff),
        lock_sha256=_lock_sha256([project] if git is None else [project, git.root]),
        python=environment.read_python(),
        platform=environment.read_platform(),
        host=platform.node(),
        packages=environment.read_packages(),
        hardware=environment.read_hardware(),
        environment=environment.read_variables(),
        diff=diff,
    )


def read_provenance(folder: Path, attempt: int = 1) -> Provenance:
    """Read what `write` wrote.

    Raises:
        CheckpointError: if there is none, or it is not one of ours.
    """
    path = folder / _numbered(PROVENANCE_NAME, attempt)
    try:
        provenance = _parse(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(
            f"expected a run's folder with {path.name}, but got {folder}",
            hint="run=latest, or the id or folder of a newer run",
        ) from error
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"expected a run's provenance, but got {error} ({path})") from error
    changes = folder / _numbered(DIFF_NAME, attempt)
    if provenance.git is not None and provenance.git.get("diff") and changes.is_file():
        provenance.diff = changes.read_bytes().decode("utf-8", "surrogateescape")
    return provenance


def read_attempts(folder: Path, attempts: int) -> list[Provenance]:
    """Read the records of all attempts at a run; one that was killed at its start left none.

    Raises:
        CheckpointError: if there is no record at all, or one is not ours.
    """
    numbers = range(1, attempts + 1)
    kept = [n for n in numbers if (folder / _numbered(PROVENANCE_NAME, n)).is_file()]
    return [read_provenance(folder, number) for number in kept or [1]]


def _parse(text: str) -> Provenance:
    return Provenance(**parse_object(text, SCHEMA_VERSION))


def _without_diff(git: GitState, diff: str) -> dict[str, Any]:
    """The repository's state, and in place of its changes their hash."""
    return {
        "commit": git.commit,
        "branch": git.branch,
        "dirty": git.dirty,
        "remote": git.remote,
        "diff": None,
        "diff_sha256": _sha256(diff) if git.dirty else None,
        "untracked": git.untracked,
        "untracked_left_out": git.untracked_left_out,
    }


def _lock_sha256(folders: Sequence[Path]) -> str | None:
    """The hash of the first folder's lock that can be read."""
    for folder in folders:
        try:
            return hashlib.sha256((folder / _LOCK_NAME).read_bytes()).hexdigest()
        except OSError:
            continue
    return None


def _numbered(name: str, attempt: int) -> str:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 -- a name, no path
    return name if attempt == 1 else f"{stem}-{attempt}{suffix}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _sha256(text: str) -> str:
    return hashlib.sha256(_bytes(text)).hexdigest()
