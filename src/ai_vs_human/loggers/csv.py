"""Metrics to a table that a resumed run goes on with."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lightning.fabric.loggers.logger import rank_zero_experiment
from lightning.pytorch.loggers import CSVLogger as LightningCSVLogger
from lightning.pytorch.loggers.csv_logs import ExperimentWriter
from lightning.pytorch.utilities import rank_zero_only
from typing_extensions import override

Row = dict[str, Any]


class CSVLogger(LightningCSVLogger):
    """Lightning's logger to metrics.csv, which keeps the rows that are there already.

    Lightning deletes them. Steps that a killed run had logged after its last resume point are
    logged again: of two rows with the same step and columns, the later one stays.
    """

    @property
    @override
    @rank_zero_experiment
    def experiment(self) -> Any:
        """The table's writer, made when first asked for."""
        if self._experiment is None:
            self._experiment = _Writer(self.log_dir)
        return self._experiment

    @override
    def log_hyperparams(self, params: Any = None) -> None:
        """Nothing: the run's folder has them in config.yaml.

        Lightning would write them once more, and import gcsfs for that wherever it is installed: a
        second of every start.
        """

    @override
    @rank_zero_only
    def finalize(self, status: str) -> None:
        """Write what is left, each row once; Lightning calls this after each stage."""
        super().finalize(status)
        table = Path(self.log_dir) / ExperimentWriter.NAME_METRICS_FILE
        if self._experiment is not None and table.is_file():
            rows = _read(table)
            _replace(table, rows, _columns(rows))


class _Writer(ExperimentWriter):
    """Lightning's writer, to a table that is whole whenever the process is killed."""

    def __init__(self, log_dir: str) -> None:
        super().__init__(log_dir)
        table = Path(self.metrics_file_path)
        if rows := _read(table):
            self.metrics_keys = _columns(rows)
            _replace(table, rows, self.metrics_keys)

    @override
    def _check_log_dir_exists(self) -> None:
        """Lightning would delete the table here."""

    @override
    def _rewrite_with_new_header(self, fieldnames: list[str]) -> None:
        table = Path(self.metrics_file_path)
        _replace(table, _read(table), fieldnames)


def _read(table: Path) -> list[Row]:
    """Whole rows without their empty cells; the later one of two for the same step and columns."""
    if not table.is_file():
        return []
    with table.open(newline="", encoding="utf-8") as file:
        text = file.read()
    whole = io.StringIO(text[: text.rfind("\n") + 1], newline="")
    rows = [{k: v for k, v in row.items() if k and v} for row in csv.DictReader(whole)]
    return list({(row.get("step"), frozenset(row)): row for row in rows}.values())


def _columns(rows: Sequence[Row]) -> list[str]:
    return sorted({column for row in rows for column in row})


def _replace(table: Path, rows: Sequence[Row], columns: Sequence[str]) -> None:
    partial = table.with_name(f".{table.name}")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    partial.replace(table)
