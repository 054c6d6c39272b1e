"""Metrics to a table that a resumed run goes on with."""

import csv
from pathlib import Path
from typing import Any

from lightning.fabric.loggers.logger import rank_zero_experiment
from lightning.pytorch.loggers import CSVLogger as LightningCSVLogger
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
        """Lightning's writer, made when first asked for."""
        if self._experiment is not None:
            return self._experiment
        table = self._table
        earlier = _read(table)
        table.unlink(missing_ok=True)  # else Lightning warns that it will
        writer = super().experiment
        writer.metrics = earlier
        writer.save()
        return writer

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
        if self._experiment is not None and self._table.is_file():
            rows = _read(self._table)
            partial = self._table.with_name(".metrics.csv")
            with partial.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, sorted({column for row in rows for column in row}))
                writer.writeheader()
                writer.writerows(rows)
            partial.replace(self._table)

    @property
    def _table(self) -> Path:
        return Path(self.log_dir) / "metrics.csv"


def _read(table: Path) -> list[Row]:
    """Rows without their empty cells; the later one of two for the same step and columns."""
    if not table.is_file():
        return []
    with table.open(newline="", encoding="utf-8") as file:
        rows = [{k: v for k, v in row.items() if k and v} for row in csv.DictReader(file)]
    return list({(row.get("step"), frozenset(row)): row for row in rows}.values())
