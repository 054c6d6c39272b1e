"""A Trainer's stages to joules: logged for each epoch, and kept in energy.json."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.utilities.exceptions import SIGTERMException
from typing_extensions import override

from ai_vs_human.callbacks.energy.account import Stage
from ai_vs_human.callbacks.energy.announce import announce, refuse
from ai_vs_human.callbacks.energy.carbon import Grid
from ai_vs_human.callbacks.energy.curve import draw_curve
from ai_vs_human.callbacks.energy.declared_watts import declared
from ai_vs_human.callbacks.energy.meter import Meter
from ai_vs_human.callbacks.energy.open_meter import open_meter
from ai_vs_human.callbacks.energy.outlook import Outlook
from ai_vs_human.callbacks.energy.processes import log_sums
from ai_vs_human.callbacks.energy.report import Status
from ai_vs_human.callbacks.energy.session import Session
from ai_vs_human.callbacks.energy.staged import Staged
from ai_vs_human.callbacks.energy.target import Target
from ai_vs_human.errors import PreemptedError

logger = logging.getLogger(__name__)


class EnergyMonitor(Staged):
    """Counts what a run costs, by Zeus' view of the machine's energy counters.

    The run is cut into windows without gaps, and each window belongs to one stage: setup, sanity,
    train, val, test, predict, or other (checkpoints and logging between epochs, the end of a
    run, and whatever happens between two calls of the Trainer). A counter that is not there, or
    may not be read, leaves its domain out, with the reason in energy.json. Nothing is estimated
    but by watts that the user declares, and an estimate is never added to what was measured.

    Args:
        run_dir: the folder that gets energy.json, energy.jsonl (what each session of the run had
            spent, line by line) and, after two epochs that validated, energy.png.
        on_unavailable: warn once, or end the run, where no domain can be measured.
        cpu: count CPUs and memory. They are counted whole: switch it off for all but one of
            several runs on one machine.
        refresh_seconds: the longest time between two readings, taken at the end of a batch. A
            CPU's counter wraps to 0 after 4 minutes at the very least.
        counters: read the machine's counters. Without them Zeus is not even imported.
        declared_watts: what a domain of gpu, cpu and dram is declared to draw, in watts, for as
            long as it has no counter; None declares nothing. It is an estimate, whose joules have
            names of their own.
        grid: `gco2e_per_kwh`, the `source` that says so, and the site's `pue`; None, or no
            factor, computes no emissions.
        target: the `metric` whose `value` is to be reached (`mode` max or min), so that it is
            known what that took; None, or no value, asks for nothing.
        meter: reads counters; None opens those of the machine when the run starts.

    Raises:
        EnergyError: if declared watts, grid or target are not what they should be.

    Logged metrics, over the measured domains, and absent where nothing is measured:
        energy/train_joules: this epoch, without its validation. Each epoch.
        energy/val_joules: validation within this epoch. Each epoch that has one.
        energy/train_mean_watts, energy/val_mean_watts: those joules over the stage's seconds.
        energy/train_joules_per_sample: train_joules by images trained on. Each epoch.
        energy/train_joules_per_step: train_joules by steps, one batch in every process.
        energy/gpu_joules, energy/cpu_joules, energy/dram_joules: one device domain, cumulative
            over all stages and over resumed runs. Each epoch.
        energy/total_joules: the sum of the domains, cumulative like them. Each epoch.
        energy/spent_joules: the same, with what the run spent in vain: after the checkpoints
            from which it went on. Each epoch.
        energy/forecast_joules: total_joules at the end of training, if the epochs to come are
            like those so far. Each epoch, where the number of epochs is known.
        energy/to_target_joules: total_joules at the end of the epoch that first reached the
            target. Each epoch from then on.
        energy/co2e_grams: what total_joules emitted, by the grid's factor. Each epoch.
        energy/test_joules: all test batches, without computing the metrics. Each test.
        energy/test_mean_watts, energy/test_joules_per_sample: by seconds and by test images.
        energy/test_joules_per_correct: test_joules by test images put into the right class, as
            `test/accuracy` counts them. Each test, to the loggers and `summary` only: Lightning
            takes no metric as late as the accuracy comes. Absent where none was right.
        energy_est/...: the same over the domains with declared watts: estimates.
    """

    def __init__(
        self,
        run_dir: str | Path,
        *,
        on_unavailable: Literal["warn", "error"] = "warn",
        cpu: bool = True,
        refresh_seconds: float = 30.0,
        counters: bool = True,
        declared_watts: Mapping[str, float | None] | None = None,
        grid: Mapping[str, Any] | None = None,
        target: Mapping[str, Any] | None = None,
        meter: Meter | None = None,
    ) -> None:
        self._folder = Path(run_dir)
        self._on_unavailable = on_unavailable
        self._cpu = cpu
        self._refresh_seconds = refresh_seconds
        self._counters = counters
        declared(declared_watts)  # a wrong number ends the run now, and not in its setup
        self._declared_watts = declared_watts
        self._grid, self._target = Grid.of(grid), Target.of(target)
        self._meter = meter
        self._session: Session | None = None

    @property
    @override
    def state_key(self) -> str:
        """One for every kind of monitor: a run goes on counting with another member of energy=."""
        return "EnergyMonitor"

    @property
    def summary(self) -> dict[str, Any]:
        """What energy.json holds, as of the last reading; empty before the run starts."""
        return {} if self._session is None else self._session.report()

    def meter_of(self, trainer: Trainer) -> Meter:
        """A meter of this process, which starts counting now."""
        return self._meter or open_meter(
            trainer,
            cpu=self._cpu,
            counters=self._counters,
            declared_watts=self._declared_watts,
        )

    @override
    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Open the first window, or book what happened between two calls of the Trainer.

        Raises:
            EnergyError: if nothing can be measured and `on_unavailable` is error, or if no
                counter is read and no watts are declared for the computing device.
        """
        super().setup(trainer, pl_module, stage)
        first = self._session is None
        if self._session is None:
            outlook = Outlook(self._grid, self._target)
            self._session = Session(self.meter_of(trainer), self._folder, outlook)
        self._session.join(trainer)
        domains, measured = self._session.window.meter.domains, self._session.measured
        if self._on_unavailable == "error" and not self._is_counted(trainer):
            raise refuse(domains)
        if first and trainer.is_global_zero:
            announce(domains, measured)

    def _is_counted(self, trainer: Trainer) -> bool:  # noqa: ARG002 -- a budget asks all processes
        """Whether there is energy to go by: the same answer in every process."""
        return bool(self._running.measured)

    @property
    def _running(self) -> Session:
        """The session that `setup` opens; the Trainer calls no hook before it."""
        if self._session is None:
            raise RuntimeError("expected setup to be called first, but got a later hook")
        return self._session

    @override
    def _turn(self, stage: Stage) -> None:
        self._running.window.turn(stage)

    @override
    def _end_batch(self, stage: Stage, batch: object) -> None:
        self._running.count(stage, batch)
        self._running.window.refresh(self._refresh_seconds)

    def _write(self, trainer: Trainer) -> None:
        if trainer.is_global_zero:
            self._running.write()

    @override
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Learn what earlier sessions spent, now that a checkpoint has told of them."""
        super().on_train_start(trainer, pl_module)
        self._running.adopt(trainer)

    @override
    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        super().on_train_epoch_start(trainer, pl_module)
        self._running.begin_epoch(trainer)

    @override
    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Log the epoch; what follows up to the next one (checkpoints, loggers) is other."""
        super().on_train_epoch_end(trainer, pl_module)
        log_sums(trainer, pl_module, self._running.end_epoch(trainer))
        self._write(trainer)
        for sentence in self._running.outlook.news():
            if trainer.is_global_zero:
                logger.info("%s.", sentence)

    @override
    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Draw what the epochs cost and brought."""
        if trainer.is_global_zero:
            draw_curve(self._running.report(), self._folder, trainer)

    @override
    def on_test_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Log the test before the module computes its metrics, which is other."""
        super().on_test_epoch_end(trainer, pl_module)
        log_sums(trainer, pl_module, self._running.end_test(trainer))

    @override
    def on_test_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Now the accuracy is known, and with it the joules for each right answer."""
        accuracy = trainer.callback_metrics.get("test/accuracy")
        late = self._running.judge_test(None if accuracy is None else float(accuracy))
        if late:
            for destination in trainer.loggers:
                destination.log_metrics(late, step=trainer.global_step)
        self._write(trainer)

    @override
    def teardown(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        super().teardown(trainer, pl_module, stage)
        self._close(trainer, "completed")

    @override
    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        """Close the books: no teardown follows, and no other process can be asked any more."""
        if self._session is None:
            return
        stopped = isinstance(exception, KeyboardInterrupt | SIGTERMException | PreemptedError)
        status: Status = "interrupted" if stopped else "failed"
        self._session.window.turn("other", settled=False)
        self._close(trainer, status, f"{type(exception).__name__}: {exception}")

    def _close(self, trainer: Trainer, status: Status, error: str | None = None) -> None:
        self._running.mark(status, error)
        self._running.end(trainer)
        self._write(trainer)

    def add_up(self, trainer: Trainer) -> None:
        """Learn what all processes have spent: a resume point follows (see `AddsUp`)."""
        if self._session is not None:
            self._session.add_up(trainer)

    @override
    def state_dict(self) -> dict[str, Any]:
        """What this run and those before it have spent; no other process is asked."""
        if self._session is None:
            return {}
        self._session.window.turn(self._session.window.stage, settled=False)
        return self._session.state()

    @override
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on counting when training goes on; a test of a checkpoint continues nothing."""
        if self._session is not None and self._fitting:
            self._session.load(state_dict)
