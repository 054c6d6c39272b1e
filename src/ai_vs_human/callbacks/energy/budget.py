"""A number of joules to the end of the training that has spent them."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypedDict

from lightning.pytorch import LightningModule, Trainer
from typing_extensions import Unpack, override

from ai_vs_human.callbacks.energy.account import ESTIMATED, Account, Quantity
from ai_vs_human.callbacks.energy.meter import COUNTED, DOMAINS, Domain, Meter
from ai_vs_human.callbacks.energy.monitor import EnergyMonitor
from ai_vs_human.callbacks.energy.processes import summed
from ai_vs_human.callbacks.loops import is_last_step
from ai_vs_human.errors import ConfigError, EnergyError
from ai_vs_human.runs.energy_budget import budget_joules

logger = logging.getLogger(__name__)

_MINIMA: Final = ("min_steps", "min_epochs")  # which Lightning sets to 1 where there are steps


class MonitorOptions(TypedDict, total=False):
    """What `EnergyMonitor` takes besides."""

    cpu: bool
    refresh_seconds: float
    counters: bool
    declared_watts: Mapping[str, float | None] | None
    grid: Mapping[str, Any] | None
    target: Mapping[str, Any] | None
    meter: Meter | None


class EnergyBudget(EnergyMonitor):
    """An `EnergyMonitor` that ends the training once a budget is spent.

    Everything that the run has spent counts, over all processes and resumed runs. It is looked at
    after the first optimizer step, then every so many, and at each end of an epoch: the training
    ends after the same step in every process, at most `every_n_steps` steps late. Lightning then
    validates, so that there is a checkpoint even of a run that was stopped in its first epoch.
    That validation, and the test of the best checkpoint, come on top of the budget.

    Args:
        run_dir: the folder that gets energy.json, with a section `budget`.
        joules: the budget, in joules; None where it is told in kWh.
        kwh: the budget, in kWh.
        every_n_steps: optimizer steps from one look to the next.
        allow_estimates: count joules of declared watts towards the budget, too.
        on_unavailable: error ends a run that has nothing to count on its computing device, or
            loses some of it midway: nobody knows any more when the budget is spent. With warn it
            trains on, and counts what it can.
        options: of `EnergyMonitor`.

    Raises:
        ConfigError: unless exactly one budget above 0 is given, and a number of steps.
    """

    def __init__(
        self,
        run_dir: str | Path,
        *,
        joules: float | None = None,
        kwh: float | None = None,
        every_n_steps: int = 50,
        allow_estimates: bool = False,
        on_unavailable: Literal["warn", "error"] = "error",
        **options: Unpack[MonitorOptions],
    ) -> None:
        super().__init__(run_dir, on_unavailable=on_unavailable, **options)
        self._budget = budget_joules(joules, kwh)
        if every_n_steps < 1:
            raise ConfigError(
                f"expected a whole number from 1 up, but got {every_n_steps}"
                " (energy.every_n_steps)",
                hint="energy.every_n_steps=50",
            )
        self._every_n_steps = every_n_steps
        estimated = tuple(ESTIMATED.values()) if allow_estimates else ()
        self._quantities: tuple[Quantity, ...] = (*DOMAINS, *estimated)
        self._statuses = (*COUNTED, "estimate") if allow_estimates else COUNTED
        self._step = 0
        self._looked = False
        self._warned = False
        self._spent_then = 0.0
        self._stopped_at: int | None = None

    @property
    def ending(self) -> str | None:
        """Why the training ended before its time; None where it did not."""
        if self._stopped_at is None:
            return None
        return (
            f"the energy budget was spent: {self._spent_then:,.1f} J of {self._budget:,.1f} J"
            f" after {self._stopped_at} steps"
        )

    @override
    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """As the monitor, where Lightning lets a training end.

        Raises:
            ConfigError: if the Trainer has a minimum of epochs or steps.
            EnergyError: if there is nothing to go by and `on_unavailable` is error.
        """
        if stage == "fit":
            _require_no_minimum(trainer)
        super().setup(trainer, pl_module, stage)
        self._running.sections["budget"] = self._section

    @override
    def _is_counted(self, trainer: Trainer) -> bool:
        """Whether what each process computes on is counted; only the first one counts its CPUs."""
        device: Domain = "cpu" if trainer.strategy.root_device.type == "cpu" else "gpu"
        status = self._running.window.meter.domains[device].status
        known = status in self._statuses
        shared = device == "cpu" and status == "unused"
        known_anywhere, blind = summed(trainer, [int(known), int(not known and not shared)])
        return known_anywhere > 0 and not blind

    @override
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        super().on_train_start(trainer, pl_module)
        self._step, self._looked, self._stopped_at = trainer.global_step, False, None

    @override
    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        super().on_train_batch_end(trainer, pl_module, outputs, batch, batch_idx)
        if trainer.global_step == self._step:
            return  # gradients are being accumulated
        self._step = trainer.global_step
        if not self._looked or self._step % self._every_n_steps == 0:
            self._look(trainer)

    @override
    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        super().on_train_epoch_end(trainer, pl_module)
        if self._stopped_at is None:
            self._look(trainer)

    def _look(self, trainer: Trainer) -> None:
        """Add up what all processes have spent: each of them comes here after the same step.

        Raises:
            EnergyError: if a counter was lost, and `on_unavailable` is error.
        """
        session = self._running
        self._looked = True
        session.window.turn(session.window.stage, settled=False)
        own = self._microjoules(session.window.account)
        earlier = self._microjoules(session.books.earlier) if trainer.is_global_zero else 0
        spent, lost = summed(trainer, [own + earlier, len(self._anomalies())])
        self._spent_then = spent / 1e6
        if lost:
            self._mind_the_lost(trainer)
        if self._spent_then >= self._budget and not is_last_step(trainer):
            self._stop(trainer)

    def _stop(self, trainer: Trainer) -> None:
        self._stopped_at = trainer.global_step
        trainer.should_stop = True
        if trainer.is_global_zero:
            logger.info("%s; the training ends here", self.ending)

    def _mind_the_lost(self, trainer: Trainer) -> None:
        told = "; ".join(self._anomalies()) or "another process lost a counter"
        if self._on_unavailable == "error":
            raise EnergyError(
                "expected counters that tell when the energy budget is spent, but got fewer"
                f" joules than were spent: {told} (energy.on_unavailable=error)",
                hint="resume=<run id> goes on; energy.on_unavailable=warn counts what it can",
            )
        if not self._warned and trainer.is_global_zero:
            logger.warning("The run may spend more than its energy budget: %s.", told)
        self._warned = True

    def _anomalies(self) -> list[str]:
        domains = self._running.window.meter.domains.values()
        return [text for provenance in domains for text in provenance.anomalies]

    def _microjoules(self, account: Account) -> int:
        return sum(account.amount(quantity) for quantity in self._quantities)

    def _section(self) -> dict[str, Any]:
        """What energy.json says of the budget; of many processes, as of the last epoch or test."""
        spent = self._microjoules(self._running.books.spent) / 1e6
        return {
            "joules": self._budget,
            "counts_estimates": len(self._quantities) > len(DOMAINS),
            "spent_joules": spent,
            "share": spent / self._budget,
            "stopped_at_step": self._stopped_at,
            "spent_joules_when_stopped": None if self._stopped_at is None else self._spent_then,
        }


def _require_no_minimum(trainer: Trainer) -> None:
    """Refuse what would make Lightning train on.

    Raises:
        ConfigError: if the Trainer has a minimum of epochs or steps.
    """
    for name in _MINIMA:
        minimum = getattr(trainer, name)
        if minimum:
            raise ConfigError(
                f"expected a training that may end when its energy budget is spent, but got"
                f" {name}={minimum} (trainer.{name})",
                hint=f"trainer.{name}=null, or energy=zeus",
            )
