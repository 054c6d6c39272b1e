"""Runs and rules for tidying up to the folders that may go, and how many bytes they hold."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ai_vs_human.errors import CheckpointError, ConfigError
from ai_vs_human.runs.checkpoints import CHECKPOINTS
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.ranking import ranked
from ai_vs_human.runs.registry.selection import Selection
from ai_vs_human.runs.registry.storage import Storage

KEPT_BY: Final = "val/auroc"
"""What the best runs are told by: the test images must not choose."""

_UNITS: Final = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Removal:
    """A folder that may go.

    Attributes:
        entry: its run.
        folder: the run's, or its checkpoints'.
        size_bytes: of all files in it.
    """

    entry: Entry
    folder: str
    size_bytes: int


def parse_age(text: str) -> timedelta:
    """A time such as 30d, 12h or 2w.

    Raises:
        ConfigError: if it is none.
    """
    match = re.fullmatch(r"(\d{1,5})([hdw])", text)
    if match is None:
        raise ConfigError(
            f"expected a number of hours, days or weeks, but got {text!r} (--older-than)",
            hint="30d, 12h or 2w",
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def removable(entries: Sequence[Entry], selection: Selection, keep_best: int) -> list[Entry]:
    """The runs that a selection gives up; none that is running.

    Runs that cannot be read only go where the selection asks for that status: nobody knows what
    they are.

    Args:
        entries: all runs.
        selection: those that may go.
        keep_best: how many of those stay, the best completed ones by `val/auroc`.
    """
    chosen = [
        entry
        for entry in entries
        if selection.fits(entry)
        and entry.status != "running"
        and (entry.status != "unreadable" or "unreadable" in selection.statuses)
    ]
    kept = {entry.folder for entry in ranked(chosen, KEPT_BY)[:keep_best]}
    return [entry for entry in chosen if entry.folder not in kept]


def whole_run(storage: Storage, entry: Entry) -> Removal:
    """The removal of all that a run left."""
    return Removal(entry, entry.folder, sum(storage.sizes(entry.folder).values()))


def only_checkpoints(storage: Storage, entry: Entry) -> Removal:
    """The removal of a run's checkpoints; its records stay."""
    folder = f"{entry.folder}/{CHECKPOINTS}"
    return Removal(entry, folder, sum(storage.sizes(folder).values()))


def carry_out(storage: Storage, removal: Removal) -> None:
    """Remove the folder, unless somebody went on with the run meanwhile.

    Raises:
        CheckpointError: if the run is running, or not truly inside the output folder.
        OSError: if something of it cannot be removed.
    """
    entry = removal.entry
    with suppress(FileNotFoundError):  # it left no result; that is why it goes
        if Entry.read(storage, entry.folder, entry.task).status == "running":
            raise CheckpointError(f"expected a run that ended, but got {entry.run_id}, which runs")
    storage.remove(removal.folder)
