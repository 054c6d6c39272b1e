"""Runs that differ only by seed to a table of how their metrics spread."""

from rich.table import Table

from ai_vs_human.reporting.comparison_table import spread_text
from ai_vs_human.runs.registry.comparison import SeedGroup


def seeds_table(group: SeedGroup) -> Table:
    """Mean and sample standard deviation of each metric of validation and test."""
    seeds = ", ".join(str(seed) for seed in group.seeds)
    table = Table(title=f"over the seeds {seeds}", title_justify="left")
    table.add_column("metric")
    table.add_column("mean ± deviation", justify="right")
    for name, spread in group.metrics.items():
        if name.startswith(("val/", "test/")):
            table.add_row(name, spread_text(spread))
    return table
