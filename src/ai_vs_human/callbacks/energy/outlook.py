"""The ends of epochs to what follows from their joules: target, forecast and carbon."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ai_vs_human.callbacks.energy.account import Account
from ai_vs_human.callbacks.energy.carbon import Grid
from ai_vs_human.callbacks.energy.figures import named
from ai_vs_human.callbacks.energy.forecast import forecast
from ai_vs_human.callbacks.energy.kind import Kind
from ai_vs_human.callbacks.energy.target import Target
from ai_vs_human.reporting.energy_units import amount

_NAMES: Final = MappingProxyType({"counted": "Energy", "estimated": "Estimated energy"})


class Outlook:
    """What a run's joules mean: what a target took, what the end will cost, what they emitted.

    Args:
        grid: the grid that it draws from; None computes no emissions.
        target: what a metric is to reach; None asks for nothing.
    """

    def __init__(self, grid: Grid | None, target: Target | None) -> None:
        self.grid = grid
        self.target = target
        self._reached: dict[str, Any] | None = None
        self._forecast: dict[str, float] = {}
        self._ends: dict[str, list[float]] = {}
        self._news: list[str] = []

    def end_epoch(
        self,
        kind: Kind,
        epoch: Account,
        cumulative: Account,
        metrics: Mapping[str, float],
        *,
        number: int,
        to_come: int | None,
    ) -> dict[str, float]:
        """The figures of an epoch that has ended.

        Args:
            kind: of joules.
            epoch: what it spent.
            cumulative: what was spent on the way to these weights.
            metrics: what was logged.
            number: of the epoch, from 0.
            to_come: how many epochs follow; None where nobody knows.
        """
        if not kind.domains:
            return {}
        total = kind.joules(cumulative)
        ends = self._ends.setdefault(kind.name, [])
        ends.append(total)
        latest = kind.joules(epoch, "train") + kind.joules(epoch, "val")
        ahead = forecast(total, ends, latest, to_come)
        if ahead is None:  # an epoch with a gap tells nothing of those to come, either
            ends.clear()
            self._forecast.pop(kind.name, None)
        else:
            self._forecast[kind.name] = ahead
            if to_come and len(ends) == 1:
                self._news.append(
                    f"{_NAMES[kind.name]} so far is {amount(total)}, and about {amount(ahead)}"
                    f" after the {to_come} epochs to come"
                )
        self._look_at_target(kind, total, metrics, number)
        figures = {"forecast_joules": ahead, "to_target_joules": self._to_target(kind)}
        return named(kind, figures) | self.emitted(kind, cumulative)

    def emitted(self, kind: Kind, cumulative: Account) -> dict[str, float]:
        """The grams that a total emitted, if the grid is known."""
        if self.grid is None or not kind.domains:
            return {}
        return named(kind, {"co2e_grams": self.grid.grams(kind.joules(cumulative))})

    def news(self) -> list[str]:
        """Sentences for a person, each once."""
        news, self._news = self._news, []
        return news

    def report(self, cumulative: Account, kinds: tuple[Kind, ...]) -> dict[str, Any]:
        """The sections of energy.json that are about this; empty ones are None."""
        known = [kind for kind in kinds if kind.domains]
        carbon, target = None, None
        if self.grid is not None:
            grams = {kind.name: self.grid.grams(kind.joules(cumulative)) for kind in known}
            carbon = {
                "grams": grams,
                "gco2e_per_kwh": self.grid.gco2e_per_kwh,
                "source": self.grid.source,
                "pue": self.grid.pue,
            }
        if self.target is not None:
            target = {**self.target.words(), "reached": self._reached}
        return {"carbon": carbon, "target": target, "forecast_joules": self._forecast or None}

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        asked = None if self.target is None else self.target.words()
        return {"target": asked, "reached": self._reached}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint, if it was asked for the same target."""
        if self.target is not None and state.get("target") == self.target.words():
            self._reached = state.get("reached")

    def _look_at_target(
        self, kind: Kind, total: float, metrics: Mapping[str, float], number: int
    ) -> None:
        if self.target is None or not self.target.is_reached(metrics):
            return
        if self._reached is None:
            self._reached = {"epoch": number, "joules": {}}
        if self._reached["epoch"] == number:
            self._reached["joules"][kind.name] = total
            self._news.append(
                f"{_NAMES[kind.name]} until {self.target.metric} reached {self.target.value:g}"
                f" (epoch {number}) was {amount(total)}"
            )

    def _to_target(self, kind: Kind) -> float | None:
        joules: float | None = (self._reached or {}).get("joules", {}).get(kind.name)
        return joules
