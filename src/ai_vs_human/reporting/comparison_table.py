"""Runs' differences in config and metrics to tables that show them side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.words import plain
from ai_vs_human.runs.registry.comparison import Spread

_ABSENT: Final = Text("absent", style="dim")

Rows = Mapping[str, Mapping[str, str]]


def comparison_table(columns: Mapping[str, str], configs: Rows, metrics: Rows) -> Table:
    """A column for each run or group of runs; a row for each key that differs, and each metric.

    Args:
        columns: heading by name.
        configs: values by column's name, by dotted key.
        metrics: the same, by metric.
    """
    table = Table()
    table.add_column("key")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    _add_rows(table, configs, columns)
    table.add_section()
    _add_rows(table, metrics, columns)
    return table


def _add_rows(table: Table, rows: Rows, columns: Mapping[str, str]) -> None:
    for key, values in rows.items():
        cells = (plain(values[name]) if name in values else _ABSENT for name in columns)
        table.add_row(plain(key), *cells)


def spread_text(spread: Spread) -> str:
    """Mean, sample standard deviation and number, such as 0.9123 ± 0.0041 (3)."""
    deviation = "" if spread.deviation is None else f" ± {spread.deviation:.4f}"
    return f"{spread.mean:.4f}{deviation} ({spread.n})"


def paired_table(
    differences: Mapping[str, Mapping[str, float]], runs: Sequence[str], images: int
) -> Iterator[RenderableType]:
    """How two runs differ on the same test images, second minus first.

    Args:
        differences: `difference`, `low`, `high` and `p_value` by metric.
        runs: the first and the second.
        images: how many were resampled.
    """
    yield plain(f"{runs[1]} minus {runs[0]}, on the same {images:,} test images")
    table = Table()
    for column in ("metric", "difference", "95 % interval", "p"):
        table.add_column(column, justify="left" if column == "metric" else "right")
    for name, one in differences.items():
        interval = f"[{one['low']:+.4f}, {one['high']:+.4f}]"
        table.add_row(plain(name), f"{one['difference']:+.4f}", interval, f"{one['p_value']:.3f}")
    yield table
    yield Text("paired bootstrap: chance in the choice of images, not in training (seeds)")
