"""What a person calls a run to its entry: id, beginning of an id, folder, latest, or a sweep."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.local import LocalStorage
from ai_vs_human.runs.result import RESULT_NAME

log = logging.getLogger(__name__)


def find(name: str, entries: Sequence[Entry], *, usable: bool = True) -> Entry:
    """The one run that is meant.

    Args:
        name: a run's folder (also one elsewhere on this disk), its id, the beginning of its id,
            or `latest`: the newest training.
        entries: the runs to choose from, the newest last.
        usable: `latest` kept a checkpoint.

    Raises:
        CheckpointError: if none is meant, or more than one.
    """
    if name == "latest":
        return _latest(entries, usable=usable)
    by_folder = _at(name, entries)
    if by_folder is not None:
        return by_folder
    exact = [entry for entry in entries if entry.run_id == name]
    alike = exact or [entry for entry in entries if name and entry.run_id.startswith(name)]
    if not alike:
        raise _unknown(name, entries)
    if len(alike) > 1:
        shown = ", ".join(entry.folder for entry in alike[-3:])
        raise CheckpointError(
            f"expected one run, but got {name!r}, which {len(alike)} runs begin with: {shown}"
            f"{' and more' if len(alike) > 3 else ''}",  # noqa: PLR2004 -- as many as are shown
            hint=f"{alike[-1].folder}",
        )
    return alike[0]


def find_all(names: Sequence[str], entries: Sequence[Entry]) -> list[Entry]:
    """The runs that are meant, each once and in that order; a sweep's name stands for its runs.

    Raises:
        CheckpointError: if a name means none, or is the beginning of several.
    """
    found: dict[str, Entry] = {}
    for name in names:
        for entry in jobs_of(name, entries) or [find(name, entries)]:
            found.setdefault(entry.folder, entry)
    return list(found.values())


def jobs_of(name: str, entries: Sequence[Entry]) -> list[Entry]:
    """The runs of the one sweep that is meant; empty where a run is meant, or nothing.

    Args:
        name: a sweep's id or folder, or the beginning of an id that no run outside of it has.
        entries: the runs to choose from.
    """
    sweeps = {_home(entry): entry.sweep for entry in entries if entry.sweep}
    homes = {home for home, sweep in sweeps.items() if name == sweep or _is_same(name, home)}
    if homes or not name or any(name in (entry.run_id, entry.folder) for entry in entries):
        return [entry for entry in entries if entry.sweep and _home(entry) in homes]
    alike = [entry for entry in entries if entry.run_id.startswith(name)]
    known = {entry.sweep or "" for entry in alike}
    return alike if len(known) == 1 and known.pop().startswith(name) else []


def _is_same(name: str, folder: str) -> bool:
    """Whether a name means a folder, however it is written."""
    if "://" in name or "://" in folder or "/" not in name:
        return name.rstrip("/") == folder
    return Path(name).resolve() == Path(folder).resolve()


def _home(entry: Entry) -> str:
    """The folder that a job's folder lies in."""
    return entry.folder.rpartition("/")[0]


def _latest(entries: Sequence[Entry], *, usable: bool) -> Entry:
    for entry in reversed([entry for entry in entries if entry.task == "train"]):
        if entry.result is None:
            log.warning("skipped: %s (%s)", entry.folder, entry.problem)
        elif entry.result.checkpoint or not usable:
            return entry
        else:
            log.warning("skipped: %s kept no checkpoint yet (%s)", entry.folder, entry.status)
    kept = " that kept a checkpoint" if usable else ""
    raise CheckpointError(f"expected a training run{kept}, but got none", hint="python train.py")


def _at(name: str, entries: Sequence[Entry]) -> Entry | None:
    """The run whose folder has the name."""
    for entry in entries:
        if entry.folder == name.rstrip("/"):
            return entry
    folder = Path(name)
    if "://" in name or not (folder / RESULT_NAME).is_file():
        return None
    real = folder.resolve()
    for entry in entries:
        if "://" not in entry.folder and Path(entry.folder).resolve() == real:
            return entry
    found = Entry.read(LocalStorage(real.parent.as_posix()), real.as_posix(), real.parent.name)
    return found if found.result is None else replace(found, task=found.result.task)


def _unknown(name: str, entries: Sequence[Entry]) -> CheckpointError:
    known = [entry.run_id for entry in entries if entry.result is not None]
    newest = ", ".join(known[-3:]) or "none"
    near = get_close_matches(name, list(_words(entries)), n=1)
    return CheckpointError(
        f"expected a run's id or folder, but got {name!r}; the newest runs: {newest}",
        hint=f"{near[0]}" if near else "python scripts/runs.py ls",
    )


def _words(entries: Sequence[Entry]) -> Iterator[str]:
    yield "latest"
    for entry in entries:
        yield entry.run_id
        if entry.sweep is not None:
            yield entry.sweep
