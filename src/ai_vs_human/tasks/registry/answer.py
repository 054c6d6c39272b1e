"""What a command of the registry found: a document for machines, tables for people."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import RenderableType

from ai_vs_human.runs.registry.entry import Entry


@dataclass(frozen=True)
class Answer:
    """What a command says.

    Attributes:
        document: plain values, for `--json`.
        parts: to print for people; drawn only then.
        exit_code: 0, or 1 where something that was asked for could not be done.
    """

    document: dict[str, Any]
    parts: Iterable[RenderableType]
    exit_code: int = 0


def described(entry: Entry) -> dict[str, Any]:
    """A run as plain values."""
    return {
        "run_id": entry.run_id,
        "folder": entry.folder,
        "task": entry.task,
        "status": entry.status,
        "problem": entry.problem,
        "sweep": entry.sweep,
        "started": None if entry.started is None else entry.started.isoformat(),
        "result": None if entry.result is None else asdict(entry.result),
    }
