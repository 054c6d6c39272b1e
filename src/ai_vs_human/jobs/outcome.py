"""A job's run folder to how the job came out: the figures it is judged by, or a reason."""

import math
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ai_vs_human.errors import CheckpointError, PreemptedError
from ai_vs_human.runs.result import RESULT_NAME, Result, read_result

Ending = Literal["completed", "pruned", "failed", "interrupted"]

CONSOLE_NAME: Final = "console.log"
"""In a run's folder: what its process said, where others ran beside it."""
_ENERGY: Final = ("energy/", "energy_est/")
_REFUSED: Final = 1
"""How train.py ends where a user can mend what is wrong."""
_INTERRUPTED: Final = 130
"""How a shell counts a process that Ctrl-C ended."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    Attributes:
        status: completed, pruned (stopped early as it would not win), failed or interrupted.
        values: of the job's objectives, in their order; empty unless it completed.
        reason: why it did not complete, as a sentence.
    """

    status: Ending
    values: tuple[float, ...] = ()
    reason: str | None = None


def outcome_of(folder: Path, objectives: Sequence[str], exit_code: int | None = None) -> Outcome:
    """Read how the run in a folder came out.

    Args:
        folder: the run's, whatever state it is in.
        objectives: names of metrics.
        exit_code: of its process, negative for a signal; None where nobody knows it.
    """
    try:
        result = read_result(folder)
    except CheckpointError as error:
        if (folder / RESULT_NAME).exists():
            return Outcome("failed", reason=error.sentence)
        return _without_a_word(folder, exit_code)
    if exit_code == _REFUSED and result.status in {"completed", "pruned"}:
        # What lies there is an earlier run's, into whose folder this one was not let.
        said = last_words(folder / CONSOLE_NAME)
        return Outcome(
            "failed", reason=said or f"{_ended(exit_code)}, and left the folder as it was"
        )
    return judged(result, objectives, _ended(exit_code))


def judged(result: Result, objectives: Sequence[str], ended: str = "ended") -> Outcome:
    """How a run came out by what it wrote down last.

    Args:
        result: the run's.
        objectives: names of metrics.
        ended: how its process ended, for one that did not get to its last word.
    """
    if result.status == "running":
        return Outcome("failed", reason=f"{ended} before the run did")
    if result.status != "completed":
        return Outcome(result.status, reason=result.error)
    fault = unfit(result, objectives)
    if fault is not None:
        return Outcome("failed", reason=f"{fault} (optimized_metric)")
    return Outcome("completed", tuple(result.metrics[name] for name in objectives))


def unfit(result: Result, objectives: Sequence[str]) -> str | None:
    """Why a run cannot be judged by some figures; None where it can.

    Fewer joules than were spent, or none, would win against those that were all counted.

    Args:
        result: the run's.
        objectives: names of metrics.
    """
    lacking = [name for name in objectives if not math.isfinite(result.metrics.get(name, math.nan))]
    if lacking:
        return f"the run has no {', '.join(lacking)}"
    missed = (result.energy or {}).get("partial")
    weighed = [name for name in objectives if name.startswith(_ENERGY)]
    if isinstance(missed, list) and missed and weighed:
        domains = ", ".join(map(str, missed))
        return f"joules of {domains} were missed, so {', '.join(weighed)} is too small"
    still = [name for name in weighed if "co2e" not in name and result.metrics[name] <= 0]
    return f"{', '.join(still)} is not above 0: the counter did not move" if still else None


def _without_a_word(folder: Path, exit_code: int | None) -> Outcome:
    if exit_code in {PreemptedError.EXIT_CODE, _INTERRUPTED, -signal.SIGTERM, -signal.SIGINT}:
        return Outcome("interrupted", reason="stopped before the run began")
    said = last_words(folder / CONSOLE_NAME)
    return Outcome("failed", reason=said or f"{_ended(exit_code)} before the run began")


def _ended(exit_code: int | None) -> str:
    if exit_code is None:
        return "the process ended"
    if exit_code >= 0:
        return f"the process ended with exit code {exit_code}"
    name = signal.Signals(-exit_code).name
    often = ", as it does when memory runs out," if -exit_code == signal.SIGKILL else ""
    return f"{name}{often} ended the process"


def last_words(console: Path) -> str | None:
    """The message that a process ended with; None where there is none."""
    try:
        lines = console.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    said = [line.strip() for line in lines if line.strip() and not line.startswith("hint: ")]
    return said[-1].removeprefix("error: ") if said else None
