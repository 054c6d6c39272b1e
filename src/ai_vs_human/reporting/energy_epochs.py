"""What energy.json says of each epoch to the plain numbers that a figure shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from ai_vs_human.runs.registry.ranking import usual_mode

_USUAL: Final = "val/auroc"
_POINTS: Final = 2


@dataclass(frozen=True)
class EpochEnergy:
    """One epoch.

    Attributes:
        epoch: its number, from 0.
        train_joules: of its training steps.
        val_joules: of its validation.
        other_joules: what came besides since the epoch before, or since the start: setup,
            checkpoints, logging; None where the epoch before is not known.
        cumulative_joules: all that was spent up to its end, earlier attempts included.
        quality: the metric then, if it was logged.
    """

    epoch: int
    train_joules: float
    val_joules: float
    other_joules: float | None
    cumulative_joules: float
    quality: float | None


@dataclass(frozen=True)
class EnergyEpochs:
    """A run's epochs.

    Attributes:
        epochs: in order; none where nothing was counted.
        metric: what `quality` is.
        devices: what the joules are of.
        is_estimate: the joules are computed from declared watts; nobody measured them.
        target: the quality that was asked for, if any.
        budget_joules: what might be spent, if there was a limit.
    """

    epochs: list[EpochEnergy]
    metric: str
    devices: tuple[str, ...]
    is_estimate: bool
    target: float | None
    budget_joules: float | None

    @property
    def is_curve(self) -> bool:
        """Whether at least two epochs have both joules and a quality: one point is no curve."""
        return sum(one.quality is not None for one in self.epochs) >= _POINTS

    @property
    def best(self) -> EpochEnergy | None:
        """The epoch of the best quality, the first one of equals."""
        judged = [one for one in self.epochs if one.quality is not None]
        sign = -1 if usual_mode(self.metric) == "max" else 1
        return min(judged, key=lambda one: sign * (one.quality or 0.0), default=None)


def read_epochs(report: Mapping[str, Any]) -> EnergyEpochs:
    """Read energy.json; estimates only where nothing was counted."""
    rows: Sequence[Mapping[str, Any]] = report.get("epochs") or []
    target = report.get("target") or {}
    metric = _metric(rows, target.get("metric"))
    counted = list(_epochs(rows, metric))
    estimated = [] if counted else list(_epochs([_estimated(row) for row in rows], metric))
    statuses = ("estimate",) if estimated else ("measured", "modelled")
    domains = report.get("domains") or {}
    return EnergyEpochs(
        epochs=counted or estimated,
        metric=metric,
        devices=tuple(name for name, one in domains.items() if one.get("status") in statuses),
        is_estimate=bool(estimated),
        target=_float(target.get("value")),
        budget_joules=_float((report.get("budget") or {}).get("joules")),
    )


def _metric(rows: Sequence[Mapping[str, Any]], wanted: str | None) -> str:
    known = dict.fromkeys(name for row in rows for name in row.get("metrics") or {})
    validated = (name for name in known if name.startswith("val/"))
    return next((name for name in (wanted, _USUAL) if name in known), None) or next(
        validated, _USUAL
    )


def _estimated(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its estimates in the place of what was counted."""
    return {**row, **(row.get("estimated") or {"cumulative_joules": None})}


def _epochs(rows: Sequence[Mapping[str, Any]], metric: str) -> Iterator[EpochEnergy]:
    before, expected = 0.0, 0  # an epoch that is not the next one has lost what came before it
    for row in rows:
        total = _float(row.get("cumulative_joules"))
        if total is None:
            continue
        train, val = (
            _float((row.get(stage) or {}).get("total_joules")) or 0.0 for stage in ("train", "val")
        )
        rest = max(0.0, total - before - train - val) if row["epoch"] == expected else None
        yield EpochEnergy(row["epoch"], train, val, rest, total, _quality(row, metric))
        before, expected = total, row["epoch"] + 1


def _quality(row: Mapping[str, Any], metric: str) -> float | None:
    return _float((row.get("metrics") or {}).get(metric))


def _float(value: Any) -> float | None:
    """JSON knows whole numbers, and Python's reader what is none."""
    return None if value is None or not isfinite(value) else float(value)
