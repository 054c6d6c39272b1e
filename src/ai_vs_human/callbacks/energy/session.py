"""Stages, batches and ends of epochs to figures to log, a report and a ledger to write."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lightning.pytorch import Trainer

from ai_vs_human.batch import Batch
from ai_vs_human.callbacks.energy.account import Account, Stage
from ai_vs_human.callbacks.energy.books import Books
from ai_vs_human.callbacks.energy.figures import (
    Ratio,
    figures_of_epoch,
    figures_of_test,
    named,
    per_correct,
    per_sample,
)
from ai_vs_human.callbacks.energy.forecast import epochs_to_come
from ai_vs_human.callbacks.energy.kind import Kind, kinds
from ai_vs_human.callbacks.energy.ledger import LEDGER_NAME, Ledger, Line
from ai_vs_human.callbacks.energy.meter import COUNTED, DOMAINS, Domain, Meter
from ai_vs_human.callbacks.energy.missed import Missed
from ai_vs_human.callbacks.energy.outlook import Outlook
from ai_vs_human.callbacks.energy.processes import qualities, summed
from ai_vs_human.callbacks.energy.report import REPORT_NAME, Status, describe, write_report
from ai_vs_human.callbacks.energy.window import RollingWindow

logger = logging.getLogger(__name__)


class Session:
    """All that one process counts, over every call of a Trainer.

    Attributes:
        sections: what the report holds besides, by name.

    Args:
        meter: has just started counting.
        folder: gets the report and the ledger.
        outlook: what its joules are to be compared with.
    """

    def __init__(self, meter: Meter, folder: Path, outlook: Outlook | None = None) -> None:
        self.window = RollingWindow(meter, "setup")
        self.books = Books(self.window)
        self.outlook = outlook or Outlook(None, None)
        self._path = folder / REPORT_NAME
        self._ledger = Ledger(folder / LEDGER_NAME)
        self.sections: dict[str, Callable[[], Any]] = {}
        self._status: Status = "running"
        self._error: str | None = None
        self._world_size = 1
        self._counting: dict[Domain, int] = dict.fromkeys(DOMAINS, 0)
        self._kinds = kinds(self._counting, self._counting)
        self._missed = Missed(meter)
        self._begun_apart = False  # an earlier session counted its part of this epoch otherwise
        self._epochs: list[dict[str, Any]] = []
        self._tested = Account()
        self._ratios: dict[str, dict[str, Ratio]] = {kind.name: {} for kind in self._kinds}
        self._metrics: dict[str, float] = {}

    @property
    def measured(self) -> list[Domain]:
        """The domains that at least one process measures: the same list in every process."""
        return list(self._kinds[0].domains)

    @property
    def partial(self) -> list[Domain]:
        """The domains of which some process, or an earlier session, missed joules."""
        return self._missed.partial([*self.books.lineage, self.measured])

    @property
    def estimated(self) -> list[Domain]:
        """The domains that at least one process estimates."""
        return list(self._kinds[1].domains)

    def join(self, trainer: Trainer) -> None:
        """Agree with the other processes on what is measured; a new call of the Trainer begins."""
        self.window.turn("setup")
        domains = self.window.meter.domains
        flags = [int(domains[domain].status in COUNTED) for domain in DOMAINS]
        flags += [int(domains[domain].status == "estimate") for domain in DOMAINS]
        numbers = summed(trainer, flags)
        self._counting = dict(zip(DOMAINS, numbers, strict=False))
        estimating = dict(zip(DOMAINS, numbers[len(DOMAINS) :], strict=True))
        self._kinds = kinds(self._counting, estimating)
        self._world_size = trainer.world_size
        self.mark("running")

    def adopt(self, trainer: Trainer) -> None:
        """Learn what earlier sessions of the run spent; every process has to take part.

        Only the first process reads the ledger: the others may be on other machines.
        """
        earlier = Account()
        if trainer.is_global_zero:
            for session, account in self.books.reconcile(self._ledger.sessions()).items():
                self._append("checkpoint", trainer, session, account)
            earlier = self.books.earlier
        self.books.earlier = Account.from_vector(summed(trainer, earlier.vector()))

    def mark(self, status: Status, error: str | None = None) -> None:
        """Note how the run stands."""
        self._status, self._error = status, error

    def count(self, stage: Stage, batch: object) -> None:
        """Note a step and, where it is a batch of ours, its images."""
        self.window.account.add(stage, "steps", 1)
        if isinstance(batch, Batch):
            self.window.account.add(stage, "images", len(batch))

    def add_up(self, trainer: Trainer) -> None:
        """Learn what all processes have spent so far: a checkpoint follows, which cannot ask."""
        self.window.turn(self.window.stage, settled=False)
        self.books.add_up(lambda own: self._sum_up(trainer, own, closes=False))

    def begin_epoch(self, trainer: Trainer) -> None:
        """Close the books on what came before in all processes: it belongs to no epoch."""
        self._close(trainer)
        self._begun_apart = False

    def end_epoch(self, trainer: Trainer) -> dict[str, float]:
        """Close an epoch's books in all processes, and give its metrics."""
        epoch = self._close(trainer)
        total, spent = self.books.cumulative, self.books.spent
        metrics, to_come = qualities(trainer), epochs_to_come(trainer)
        figures: dict[str, float] = {}
        for kind in self._kinds:
            is_whole = self._is_whole(kind)
            figures |= figures_of_epoch(kind, epoch, total, spent, is_whole=is_whole)
            figures |= self.outlook.end_epoch(
                kind,
                epoch,
                total,
                metrics,
                number=trainer.current_epoch,
                to_come=to_come if is_whole else None,
            )
        counted, estimated = (self._row(kind, epoch, total) for kind in self._kinds)
        row = {"epoch": trainer.current_epoch, **counted, "metrics": metrics}
        self._epochs.append(row | ({"estimated": estimated} if self.estimated else {}))
        self._append("epoch", trainer, metrics=metrics)
        self._begun_apart = False
        self._metrics = {}  # what the epoch before knew may not be known of this one
        return self._keep(figures)

    def end_test(self, trainer: Trainer) -> dict[str, float]:
        """Close a test's books in all processes, and give its metrics."""
        self._tested = self._close(trainer)
        figures: dict[str, float] = {}
        for kind in self._kinds:
            ratio = per_sample(self._tested, "test", kind)
            self._ratios[kind.name]["test_joules_per_sample"] = ratio
            is_whole = self._is_whole(kind)
            figures |= figures_of_test(kind, self._tested, is_whole=is_whole)
        self._append("test", trainer)
        return self._keep(figures)

    def judge_test(self, accuracy: float | None) -> dict[str, float]:
        """The test's metrics that need the share of right answers, in [0, 1], if it is known."""
        figures: dict[str, float] = {}
        for kind in self._kinds:
            ratio = per_correct(self._tested, kind, accuracy)
            self._ratios[kind.name]["test_joules_per_correct"] = ratio
            self._metrics.pop(f"{kind.prefix}/test_joules_per_correct", None)  # an earlier test's
            if kind.domains and self._is_whole(kind):
                figures |= named(kind, {"test_joules_per_correct": ratio.value})
        return self._keep(figures)

    def report(self) -> dict[str, Any]:
        """What energy.json holds, as of the last reading."""
        for kind in self._kinds:
            if self.books.total.amount("steps", "train"):
                ratio = per_sample(self.books.total, "train", kind)
                self._ratios[kind.name]["train_joules_per_sample"] = ratio
        known = describe(
            self.books,
            self._kinds,
            status=self._status,
            error=self._error,
            counting=self._counting,
            world_size=self._world_size,
            epochs=self._epochs,
            ratios=self._ratios,
            metrics=self._metrics,
        ) | self.outlook.report(self.books.cumulative, self._kinds)
        more = {name: section() for name, section in self.sections.items()}
        return known | {"partial": self.partial} | more

    def write(self) -> None:
        """Write energy.json; a full disk costs the report, not the training."""
        try:
            write_report(self._path, self.report())
        except OSError as error:
            logger.warning("Expected to write %s, but got: %s.", self._path, error)

    def end(self, trainer: Trainer) -> None:
        """Note in the ledger what the session came to; asks no other process."""
        self._append("end", trainer)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps; asks no other process."""
        return {
            **self.books.state(self.measured),
            "partial": self._partial_in_a_checkpoint(),
            "epochs": list(self._epochs),
            "outlook": self.outlook.state(),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint, unless this session wrote it."""
        if not state or state["session"] == self.books.session:
            return
        self.books.load(state)
        self._missed.load(state)
        same = state["lineage"][-1] == self.measured and not state.get("partial")
        self._begun_apart = not same and self.books.has_begun
        self._epochs = list(state.get("epochs", []))
        self.outlook.load(state.get("outlook", {}))

    def _is_whole(self, kind: Kind) -> bool:
        """Whether the joules of the last epoch or test are all there; estimates always are."""
        return kind.name == "estimated" or (self._missed.is_whole and not self._begun_apart)

    def _partial_in_a_checkpoint(self) -> list[Domain]:
        """Within an epoch, a checkpoint lacks what the other processes have counted of it."""
        several = [one for one in DOMAINS if self._counting[one] > 1 and self.books.is_within]
        return [one for one in DOMAINS if one in self.partial or one in several]

    def _row(self, kind: Kind, epoch: Account, total: Account) -> dict[str, Any]:
        """An epoch as energy.json has it."""
        return {
            "train": kind.entry(epoch, "train"),
            "val": kind.entry(epoch, "val"),
            "cumulative_joules": kind.joules(total) if kind.domains else None,
            **({} if self._is_whole(kind) else {"partial": True}),
        }

    def _append(
        self,
        event: str,
        trainer: Trainer,
        session: str | None = None,
        account: Account | None = None,
        metrics: Mapping[str, float] | None = None,
    ) -> None:
        if not trainer.is_global_zero:
            return
        line = Line(
            session=session or self.books.session,
            event=event,
            time=datetime.now(UTC).isoformat(timespec="milliseconds"),
            epoch=trainer.current_epoch,
            step=trainer.global_step,
            measured=self.measured,
            estimated=self.estimated,
            spent=(account or self.books.total).state(),
            metrics=dict(metrics or {}),
        )
        self._ledger.append(line)

    def _close(self, trainer: Trainer) -> Account:
        return self.books.close(lambda own: self._sum_up(trainer, own, closes=True))

    def _sum_up(self, trainer: Trainer, own: Account, *, closes: bool) -> Account:
        """The accounts of all processes, and on the way how much went wrong in them."""
        numbers = summed(trainer, [*self._missed.numbers(), *own.vector()])
        self._missed.learn(numbers[: len(DOMAINS)], closes=closes)
        return own.with_vector(numbers[len(DOMAINS) :])

    def _keep(self, metrics: dict[str, float]) -> dict[str, float]:
        self._metrics |= metrics
        return metrics
