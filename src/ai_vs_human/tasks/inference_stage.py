"""An evaluation's config to its last stage: what inference costs, in files and on the console."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from lightning.pytorch import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only
from rich.console import Console
from rich.text import Text

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.report import REPORT_NAME, write_report
from ai_vs_human.callbacks.energy.steady_plan import SteadyPlan
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.reporting.inference_energy import (
    CSV_COLUMNS,
    InferenceEnergy,
    csv_rows,
    inference_parts,
)
from ai_vs_human.runs.result import Result
from ai_vs_human.runs.table import write_rows
from ai_vs_human.runs.whole_file import write_whole
from ai_vs_human.tasks.inference_energy import InferenceBench
from ai_vs_human.tasks.instantiate import make
from ai_vs_human.training.module import DetectorModule

CSV_NAME: Final = "inference_energy.csv"
FIGURE_NAME: Final = "inference_energy.png"

log = logging.getLogger(__name__)


class InferenceStage:
    """Does nothing with energy=none.

    Args:
        monitor: counts what the test costs, and opens the meter for the rest; None is energy=none.
        bench: measures inference.
    """

    def __init__(self, monitor: EnergyMonitor | None, bench: InferenceBench) -> None:
        self._monitor = monitor
        self._bench = bench
        self._found = InferenceEnergy()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "InferenceStage":
        """What the config asks for.

        Raises:
            ConfigError: if a value of `inference_energy` or `energy` cannot work.
        """
        energy = values.get("energy")
        monitor = make(energy, "energy") if energy else None
        plan: SteadyPlan = make(values["inference_energy"], "inference_energy")
        return cls(monitor, InferenceBench(plan))

    @property
    def callbacks(self) -> list[Callback]:
        """What the test needs for it."""
        return [] if self._monitor is None else [self._monitor]

    def measure(
        self,
        trainer: Trainer,
        module: DetectorModule,
        datamodule: ImageDataModule,
        folder: Path,
        result: Result,
    ) -> None:
        """Measure, write the files, and add the figures to the result.

        Args:
            trainer: has tested the module.
            module: of the test.
            datamodule: of the test.
            folder: of the evaluation.
            result: gets metrics and energy.
        """
        if self._monitor is None:
            return
        found = self._bench.measure(self._monitor, trainer, module, datamodule)
        summary = self._monitor.summary
        result.energy = summary | {"inference": found.as_dict(asdict(self._bench.plan))}
        result.metrics |= summary.get("metrics", {}) | found.metrics
        rank_zero_only(_write)(found, result.energy, folder)
        self._found = found

    def print(self) -> None:
        """Print the table, the idle draw, and what is missing and why."""
        console = Console()
        for part in inference_parts(self._found):
            # Lines of text are whole, to be copied, however narrow the window is.
            console.print(part, soft_wrap=isinstance(part, Text))


def _write(found: InferenceEnergy, report: Mapping[str, Any], folder: Path) -> None:
    """Write the files; a full disk costs them, and not the test, whose result has the figures."""
    try:
        _write_all(found, report, folder)
    except OSError as error:
        log.warning("Expected to write %s, but got: %s.", folder / CSV_NAME, error)


def _write_all(found: InferenceEnergy, report: Mapping[str, Any], folder: Path) -> None:
    write_report(folder / REPORT_NAME, report)
    if not found.rows:
        return
    write_rows(folder / CSV_NAME, CSV_COLUMNS, csv_rows(found.rows))
    # Only here: matplotlib takes half a second, which an evaluation without joules need not pay.
    from ai_vs_human.reporting.inference_figure import inference_figure  # noqa: PLC0415

    write_whole(folder / FIGURE_NAME, inference_figure(found.rows))
