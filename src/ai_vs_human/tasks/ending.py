"""How a run ended to the last words of its result.json, and to loggers that know it."""

import logging
from pathlib import Path

from lightning.pytorch.utilities import rank_zero_only

from ai_vs_human.callbacks.energy import EnergyBudget, EnergyMonitor
from ai_vs_human.errors import AiVsHumanError, PreemptedError, PrunedError
from ai_vs_human.loggers.protocol import Closable
from ai_vs_human.runs.checkpoints import remove_resume_points
from ai_vs_human.runs.result import Result
from ai_vs_human.tasks.assemble import Parts
from ai_vs_human.tasks.attempt import now

log = logging.getLogger(__name__)


def finish(parts: Parts | None, folder: Path, result: Result, error: BaseException | None) -> None:
    """Write the result and close what is open, whatever happened.

    Args:
        parts: of the run; None where it ended before they were built.
        folder: of the run.
        result: what it came to so far.
        error: what ended it; None where it came to its end.
    """
    judge(result, error)
    if result.status == "interrupted":
        log.warning("%s: resume=%s goes on with this run", result.error, result.run_id)
    if parts is not None:
        _collect(parts, folder, result)
    try:
        rank_zero_only(result.write)(folder)
        if result.is_over and result.ended_early is None:
            rank_zero_only(remove_resume_points)(folder)
    finally:
        for logger in parts.loggers if parts is not None else ():
            if isinstance(logger, Closable):
                logger.close(failed=not result.is_over)


def judge(result: Result, error: BaseException | None) -> None:
    """How the run ended, in a word and a sentence."""
    result.ended = now()
    if error is None:
        result.status = "completed"
    elif isinstance(error, PrunedError):
        result.status, result.error = "pruned", str(error)
    elif isinstance(error, PreemptedError):
        result.status, result.error = "interrupted", "asked to stop (SIGTERM)"
    elif isinstance(error, KeyboardInterrupt):
        result.status, result.error = "interrupted", "stopped by hand (Ctrl-C)"
    else:
        sentence = error.sentence if isinstance(error, AiVsHumanError) else repr(error)
        result.status, result.error = "failed", sentence


def _collect(parts: Parts, folder: Path, result: Result) -> None:
    """What a run has, however it ended: its best checkpoint and its energy."""
    result.checkpoint = None if parts.best is None else _inside(parts.best, folder)
    for callback in parts.trainer.callbacks:  # type: ignore[attr-defined]  # Lightning sets it late
        if isinstance(callback, EnergyBudget) and result.status == "completed":
            result.ended_early = callback.ending
        if isinstance(callback, EnergyMonitor):
            result.energy = callback.summary
            result.metrics |= callback.summary.get("metrics", {})


def _inside(path: str, folder: Path) -> str:
    """A path relative to the run's folder, so that the folder can be moved."""
    whole, home = Path(path).resolve(), folder.resolve()
    return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)
