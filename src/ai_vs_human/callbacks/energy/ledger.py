"""What each session of a run had spent, line by line, to a file that outlives a killed process."""

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from ai_vs_human.callbacks.energy.account import Account
from ai_vs_human.callbacks.energy.meter import Domain

LEDGER_NAME: Final = "energy.jsonl"
SCHEMA_VERSION: Final = 1

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """What one session had spent at some moment.

    A session is one life of a run: from the start of its processes to their end.

    Attributes:
        session: its random name.
        event: what had come to an end: an epoch, a test, or the session (end); or checkpoint,
            where a later session found out from it what this one had counted.
        time: the moment, in UTC, as ISO 8601.
        epoch: its number, from 0.
        step: optimizer steps by then, over all sessions.
        measured: domains that were counted.
        estimated: domains that were estimated.
        spent: microjoules, microseconds, images and steps since the session's start, by
            stage/quantity; what is 0 is left out.
        metrics: what was logged then.
    """

    session: str
    event: str
    time: str
    epoch: int
    step: int
    measured: Sequence[Domain]
    estimated: Sequence[Domain]
    spent: Mapping[str, int]
    metrics: Mapping[str, float] = field(default_factory=dict)


class Ledger:
    """The file of a run's sessions; lines are added at its end and never changed.

    Args:
        path: of the file; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, line: Line) -> None:
        """Add a line and see it onto the disk; a full disk costs the line, not the training."""
        text = json.dumps({"schema_version": SCHEMA_VERSION, **asdict(line)})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                # A process that was killed while it wrote may have left half a line.
                file.write((b"" if _ends_a_line(file) else b"\n") + text.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            logger.warning("Expected to add a line to %s, but got: %s.", self.path, error)

    def sessions(self) -> dict[str, Account]:
        """What each session had spent by its last line; lines that are none are left out."""
        accounts = {}
        for number, text in enumerate(self._lines(), start=1):
            try:
                line = json.loads(text)
                accounts[str(line["session"])] = Account.from_state(line["spent"])
            except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError) as error:
                logger.warning("Expected a line of the ledger, but got %r (%s:%d).", error,
                               self.path, number)  # fmt: skip
        return accounts

    def _lines(self) -> Iterator[str]:
        try:
            content = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        except OSError as error:
            logger.warning("Expected to read %s, but got: %s.", self.path, error)
            return
        yield from (text for text in content.splitlines() if text.strip())


def _ends_a_line(file: Any) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")
