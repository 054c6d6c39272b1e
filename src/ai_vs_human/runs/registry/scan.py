"""An output folder, local or at a URL, to every run in it, the newest last."""

from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from typing import Final

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.local import LocalStorage
from ai_vs_human.runs.registry.storage import RUN_ID, Storage

TASKS: Final = ("train", "evaluate")
"""The tasks that leave a result."""

RUN_SIGNS: Final = frozenset({"config.yaml", "checkpoints"})
"""What only runs hold, besides a result."""

_SWEEP_SIGNS: Final = frozenset({"multirun.yaml", "study.db", "wandb_sweep.yaml"})
"""What only sweeps hold, whether or not a run of theirs has begun."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def open_storage(output_dir: str) -> Storage:
    """The place of an output folder.

    Raises:
        CheckpointError: if there is no such place, or it cannot be reached.
    """
    scheme, _, path = output_dir.partition("://")
    if not path or scheme == "file":
        return LocalStorage(path or output_dir)
    from ai_vs_human.runs.registry.remote import RemoteStorage  # noqa: PLC0415 -- fsspec is slow to import

    return RemoteStorage(output_dir, TASKS)


def scan(output_dir: str) -> list[Entry]:
    """Every run below `<output_dir>/<task>/`, and below the sweeps there.

    A folder that looks like a run's and cannot be read is listed with the reason.

    Args:
        output_dir: a folder, or a URL such as `gs://bucket/outputs`.

    Raises:
        CheckpointError: if there is no such folder.
    """
    storage = open_storage(output_dir)
    seen: set[Hashable] = set()
    entries: list[Entry] = []
    for task in TASKS:
        try:
            entries += _runs(storage, f"{storage.root}/{task}", task, seen)
        except (FileNotFoundError, NotADirectoryError):
            continue  # no run of that task yet
        except OSError as error:
            raise CheckpointError(
                f"expected a folder to list, but got {error} (--dir {output_dir})"
            ) from error
    return sorted(entries, key=_age)


def _age(entry: Entry) -> tuple[datetime, str, int, str]:
    """Runs sort by their start; the jobs of a sweep that started together, by their number."""
    number = entry.run_id.rpartition("-")[2]
    job = int(number) if entry.sweep and number.isdecimal() else 0
    return entry.started or _LONG_AGO, entry.sweep or entry.run_id, job, entry.run_id


def _runs(
    storage: Storage, folder: str, task: str, seen: set[Hashable], *, is_sweep: bool = False
) -> Iterator[Entry]:
    """The runs of a task, or of a sweep."""
    for path, identity in storage.folders(folder).items():
        if identity in seen:
            continue
        seen.add(identity)
        try:
            yield Entry.read(storage, path, task)
        except FileNotFoundError:
            yield from _without_result(storage, path, task, seen, is_job=is_sweep)


def _without_result(
    storage: Storage, path: str, task: str, seen: set[Hashable], *, is_job: bool
) -> Iterator[Entry]:
    """What a folder without a result is: a sweep, a run that left none, or nothing of ours."""
    parent, _, name = path.rpartition("/")
    try:
        names = storage.names(path)
        if names.isdisjoint(RUN_SIGNS) and not is_job:
            jobs = list(_runs(storage, path, task, seen, is_sweep=True))
            yield from jobs
            if jobs or not names.isdisjoint(_SWEEP_SIGNS):
                return
    except FileNotFoundError:  # vanished while we looked
        return
    except OSError as error:
        yield Entry.without_result(path, task, error.strerror or str(error))
        return
    is_named_so = is_job and name.startswith(f"{parent.rpartition('/')[2]}-")
    if is_named_so or RUN_ID.fullmatch(name) or not names.isdisjoint(RUN_SIGNS):
        yield Entry.without_result(path, task)
