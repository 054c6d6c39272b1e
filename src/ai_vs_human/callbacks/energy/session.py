"""Stages, batches and ends of epochs to figures to log and a report to write."""

import logging
from pathlib import Path
from typing import Any, Final

from lightning.pytorch import Trainer

from ai_vs_human.batch import Batch
from ai_vs_human.callbacks.energy.account import Account, Stage
from ai_vs_human.callbacks.energy.books import Books
from ai_vs_human.callbacks.energy.figures import (
    Ratio,
    figures_of_epoch,
    figures_of_test,
    per_correct,
    per_sample,
)
from ai_vs_human.callbacks.energy.meter import COUNTED, DOMAINS, Domain, Meter
from ai_vs_human.callbacks.energy.processes import qualities, summed
from ai_vs_human.callbacks.energy.report import Status, describe, entry, write_report
from ai_vs_human.callbacks.energy.window import RollingWindow

logger = logging.getLogger(__name__)

_EPOCH: Final[tuple[Stage, ...]] = ("train", "val")


class Session:
    """All that one process counts, over every call of a Trainer.

    Args:
        meter: has just started counting.
        path: the report's file.
    """

    def __init__(self, meter: Meter, path: Path) -> None:
        self.window = RollingWindow(meter, "setup")
        self.books = Books(self.window)
        self._path = path
        self._status: Status = "running"
        self._error: str | None = None
        self._world_size = 1
        self._counting: dict[Domain, int] = dict.fromkeys(DOMAINS, 0)
        self._epochs: list[dict[str, Any]] = []
        self._tested = Account()
        self._ratios: dict[str, Ratio] = {}
        self._metrics: dict[str, float] = {}

    @property
    def measured(self) -> list[Domain]:
        """The domains that at least one process measures: the same list in every process."""
        return [domain for domain in DOMAINS if self._counting[domain]]

    def join(self, trainer: Trainer) -> None:
        """Agree with the other processes on what is measured; a new call of the Trainer begins."""
        self.window.turn("setup")
        domains = self.window.meter.domains
        flags = [int(domains[domain].status in COUNTED) for domain in DOMAINS]
        self._counting = dict(zip(DOMAINS, summed(trainer, flags), strict=True))
        self._world_size = trainer.world_size
        self.mark("running")

    def mark(self, status: Status, error: str | None = None) -> None:
        """Note how the run stands."""
        self._status, self._error = status, error

    def count(self, stage: Stage, batch: object) -> None:
        """Note a step and, where it is a batch of ours, its images."""
        self.window.account.add(stage, "steps", 1)
        if isinstance(batch, Batch):
            self.window.account.add(stage, "images", len(batch))

    def end_epoch(self, trainer: Trainer) -> dict[str, float]:
        """Close an epoch's books in all processes, and give its metrics."""
        spent = self._close(trainer)
        train, val = (entry(spent, stage, self.measured) for stage in _EPOCH)
        total = self.books.cumulative
        row = {
            "epoch": trainer.current_epoch,
            "train": train,
            "val": val,
            "cumulative_joules": total.joules() if self.measured else None,
            "metrics": qualities(trainer),
        }
        self._epochs.append(row)
        return self._keep(figures_of_epoch(spent, total, self.measured))

    def end_test(self, trainer: Trainer) -> dict[str, float]:
        """Close a test's books in all processes, and give its metrics."""
        self._tested = self._close(trainer)
        self._ratios["test_joules_per_sample"] = per_sample(self._tested, "test", self.measured)
        return self._keep(figures_of_test(self._tested, self.measured))

    def judge_test(self, accuracy: float | None) -> dict[str, float]:
        """The test's metric that needs the share of right answers, in [0, 1], if it is known."""
        ratio = per_correct(self._tested, self.measured, accuracy)
        self._ratios["test_joules_per_correct"] = ratio
        if not self.measured or ratio.value is None:
            self._metrics.pop("energy/test_joules_per_correct", None)  # an earlier test's
            return {}
        return self._keep({"energy/test_joules_per_correct": ratio.value})

    def report(self) -> dict[str, Any]:
        """What energy.json holds, as of the last reading."""
        train = {}
        if self.books.total.amount("steps", "train"):
            ratio = per_sample(self.books.total, "train", self.measured)
            train = {"train_joules_per_sample": ratio}
        return describe(
            self.books,
            status=self._status,
            error=self._error,
            counting=self._counting,
            world_size=self._world_size,
            epochs=self._epochs,
            ratios=train | self._ratios,
            metrics=self._metrics,
        )

    def write(self) -> None:
        """Write energy.json; a full disk costs the report, not the training."""
        try:
            write_report(self._path, self.report())
        except OSError as error:
            logger.warning("Expected to write %s, but got: %s.", self._path, error)

    def _close(self, trainer: Trainer) -> Account:
        return self.books.close(lambda own: own.with_vector(summed(trainer, own.vector())))

    def _keep(self, metrics: dict[str, float]) -> dict[str, float]:
        self._metrics |= metrics
        return metrics
