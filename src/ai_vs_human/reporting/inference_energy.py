"""What inference cost in joules, by batch size, to a console's table and the rows of a CSV file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.energy_units import unit_for

SCOPE: Final = (
    "Joules of whole devices from batches in memory to scores in memory: the network, and the "
    "copies to its device and back. Decoding and preprocessing are not in it; idle draw is."
)


@dataclass(frozen=True)
class InferenceRow:
    """One batch size.

    Attributes:
        batch_size: images a step.
        estimate: computed from declared watts; nobody measured it.
        devices: what the joules are of, such as gpu+cpu.
        joules_per_image: the median of the windows.
        spread: (largest - smallest) / median of the windows' joules an image.
        steady: whether the spread is as small as was asked for.
        images_per_second: the median of the windows.
        mean_watts: the median of the windows' mean powers.
        windows: how many count.
    """

    batch_size: int
    estimate: bool
    devices: str
    joules_per_image: float
    spread: float
    steady: bool
    images_per_second: float
    mean_watts: float
    windows: int

    @property
    def name(self) -> str:
        """The metric's key."""
        space = "energy_est" if self.estimate else "energy"
        return f"{space}/inference_joules_per_image_bs{self.batch_size}"


CSV_COLUMNS: Final = tuple(one.name for one in fields(InferenceRow))


@dataclass(frozen=True)
class InferenceEnergy:
    """All that was found.

    Attributes:
        rows: by batch size; measured and estimated ones are never added up.
        idle_watts: by device domain with a counter, before the work began; not subtracted.
        gaps: why something is missing, by what it is of: `all batch sizes`, or `batch size 8`.
    """

    rows: list[InferenceRow] = field(default_factory=list)
    idle_watts: dict[str, float] = field(default_factory=dict)
    gaps: dict[str, str] = field(default_factory=dict)

    @property
    def metrics(self) -> dict[str, float]:
        """What result.json keeps: absent where not known."""
        found = {row.name: row.joules_per_image for row in self.rows}
        rates = {
            f"inference/images_per_second_bs{row.batch_size}": row.images_per_second
            for row in self.rows
        }
        idle = {f"energy/idle_{name}_watts": watts for name, watts in self.idle_watts.items()}
        return found | rates | idle

    def as_dict(self, plan: Mapping[str, Any]) -> dict[str, Any]:
        """What energy.json keeps."""
        return {
            "scope": SCOPE,
            "plan": dict(plan),
            "rows": [asdict(row) for row in self.rows],
            "idle_watts": self.idle_watts,
            "missing": self.gaps,
        }


def csv_rows(rows: Sequence[InferenceRow]) -> Iterator[tuple[object, ...]]:
    """A row of inference_energy.csv for each."""
    for row in rows:
        yield tuple(asdict(row).values())


def inference_parts(found: InferenceEnergy) -> Iterator[RenderableType]:
    """The parts to print, in order."""
    for estimate in (False, True):
        rows = [row for row in found.rows if row.estimate is estimate]
        if rows:
            yield _table(rows, estimate=estimate)
    if found.idle_watts:
        listed = ", ".join(f"{name} {watts:,.1f} W" for name, watts in found.idle_watts.items())
        yield Text(f"idle draw   {listed}, before the work began; it is in the figures")
    for what, reason in found.gaps.items():
        yield Text(f"inference energy, {what}: not measured: {reason}", overflow="fold")


def _table(rows: Sequence[InferenceRow], *, estimate: bool) -> Table:
    made = "ESTIMATE from declared watts, not measured" if estimate else "measured"
    title = Text(f"energy of inference, {made} ({rows[0].devices})")
    table = Table(title=title, title_justify="left")
    for name in ("batch size", "energy an image", "spread", "images/s", "mean power"):
        table.add_column(name, justify="right")
    unit = unit_for(max(row.joules_per_image for row in rows))
    for row in rows:
        table.add_row(
            str(row.batch_size),
            unit.text(row.joules_per_image),
            f"{row.spread:.1%}{'' if row.steady else ' UNSTEADY'}",
            f"{row.images_per_second:,.1f}",
            f"{row.mean_watts:,.1f} W",
        )
    return table
