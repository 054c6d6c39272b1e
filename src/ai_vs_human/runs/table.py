"""Rows of a run folder, as CSV files that any program reads."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows under named columns; None becomes an empty cell, floats keep every digit."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
