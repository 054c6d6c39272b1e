"""A trained detector and its test images to joules an image, on a device that is warm."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from lightning.pytorch import Trainer
from rich.console import Console
from rich.progress import Progress

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.meter import Domain, Meter
from ai_vs_human.callbacks.energy.steady import Steady, SteadyBench, Step, Window
from ai_vs_human.callbacks.energy.steady_plan import SteadyPlan
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.reporting.inference_energy import InferenceEnergy, InferenceRow
from ai_vs_human.tasks.inference_steps import pool_of, ready, step_of
from ai_vs_human.training.module import DetectorModule

_ALL: Final = "all batch sizes"


class InferenceBench:
    """Measures one detector at several batch sizes.

    Args:
        plan: how long and how often.
        open_bench: makes a bench of a meter and the plan.
    """

    def __init__(
        self,
        plan: SteadyPlan,
        open_bench: Callable[[Meter, SteadyPlan], SteadyBench] = SteadyBench,
    ) -> None:
        self.plan = plan
        self._open_bench = open_bench

    def measure(
        self,
        monitor: EnergyMonitor,
        trainer: Trainer,
        module: DetectorModule,
        datamodule: ImageDataModule,
    ) -> InferenceEnergy:
        """Measure the module, as it is, on images as the test has them.

        What cannot be measured is absent, with the reason; nothing is raised for it.

        Args:
            monitor: opens the meter.
            trainer: has tested the module.
            module: in the precision of the trainer.
            datamodule: of the test.
        """
        if trainer.world_size > 1:
            reason = "several processes share the work (trainer.devices=1 measures)"
            return InferenceEnergy(gaps={_ALL: reason})
        meter = monitor.meter_of(trainer)
        bench = self._open_bench(meter, self.plan)
        if not bench.counted and not bench.estimated:
            return InferenceEnergy(gaps={_ALL: _reasons(meter)})
        device = trainer.strategy.root_device
        pool = pool_of(datamodule, max(self.plan.batch_sizes))
        found = InferenceEnergy(idle_watts=_idle(bench) if self.plan.idle_seconds else {})
        with ready(module, trainer, device), _progress(self.plan) as tell:
            for size in self.plan.batch_sizes:
                try:
                    windows = self._windows(bench, step_of(module, pool, size, device), size, tell)
                except RuntimeError as error:  # torch's word for memory that is not there
                    found.gaps[_of(size)] = str(error).partition("\n")[0]
                    continue
                self._keep(found, size, windows, bench, meter)
        return found

    def _windows(
        self, bench: SteadyBench, step: Step, size: int, tell: Callable[[int, int], None]
    ) -> list[Window]:
        windows: list[Window] = []
        for number, last in enumerate(bench.windows(step), start=1):
            windows = list(last)
            tell(size, number)
        return windows

    def _keep(
        self,
        found: InferenceEnergy,
        size: int,
        windows: list[Window],
        bench: SteadyBench,
        meter: Meter,
    ) -> None:
        """Measured and estimated domains are two rows, and never one sum."""
        for domains, estimate in ((bench.counted, False), (bench.estimated, True)):
            steady = Steady(windows, domains)
            anomalies = [text for name in domains for text in meter.domains[name].anomalies]
            if domains and anomalies:
                found.gaps[_of(size)] = anomalies[0]
            elif domains and steady.spread is None:
                found.gaps[_of(size)] = f"the counters of {'+'.join(domains)} did not move"
            elif domains:
                found.rows.append(_row(size, steady, self.plan, estimate=estimate))


def _row(size: int, steady: Steady, plan: SteadyPlan, *, estimate: bool) -> InferenceRow:
    return InferenceRow(
        batch_size=size,
        estimate=estimate,
        devices="+".join(steady.domains),
        joules_per_image=steady.middle,
        spread=steady.spread or 0.0,
        steady=steady.agrees(plan),
        images_per_second=steady.images_per_second,
        mean_watts=steady.mean_watts,
        windows=len(steady.windows),
    )


def _of(size: int) -> str:
    return f"batch size {size}"


def _reasons(meter: Meter) -> str:
    told = [f"{name}: {one.reason}" for name, one in meter.domains.items() if one.reason]
    return "; ".join(told) or "there is no counter"


def _idle(bench: SteadyBench) -> dict[str, float]:
    """Watts by domain that a counter tells of; declared watts say nothing about idling."""
    window = bench.idle()

    def watts(domain: Domain) -> float:
        return window.joules([domain]) / window.seconds

    return {domain: watts(domain) for domain in bench.counted if watts(domain) > 0}


@contextmanager
def _progress(plan: SteadyPlan) -> Iterator[Callable[[int, int], None]]:
    """A bar that fills with windows; more than planned make it longer."""
    console = Console(stderr=True)
    total = plan.repeats * len(plan.batch_sizes)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("energy of inference: warming up", total=total)

        def tell(size: int, number: int) -> None:
            extra = 1 if number > plan.repeats else 0
            bar = progress.tasks[0]
            said = f"energy of inference: batch size {size}, window {number}"
            progress.update(task, advance=1, total=(bar.total or 0) + extra, description=said)

        yield tell
