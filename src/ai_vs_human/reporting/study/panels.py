"""A study to what each of its figures shows, in plain numbers, whoever draws them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite
from typing import Final

from optuna.trial import FrozenTrial

from ai_vs_human.reporting.study.facts import Parameter, StudyFacts, fate_of
from ai_vs_human.reporting.study.importances import Absent, Importances, importances
from ai_vs_human.reporting.study.names import value_text

_PAIR: Final = 2
_JITTER: Final = 0.3
"""Of the distance between two choices: how far apart their trials are spread."""
_DECADE: Final = 10
_GOLDEN: Final = 0.618033988749895


@dataclass(frozen=True)
class Point:
    """One trial in one figure."""

    trial: int
    x: float
    y: float


@dataclass(frozen=True)
class History:
    """How an objective went, trial after trial.

    Attributes:
        metric: the objective.
        maximized: whether high is good.
        completed: by number of the trial.
        best: the best so far after each of them.
        pruned: at the last figure that was reported.
        failed: below all others, for want of a figure.
    """

    metric: str
    maximized: bool
    completed: list[Point]
    best: list[Point]
    pruned: list[Point]
    failed: list[Point]

    @property
    def title(self) -> str:
        """The headline."""
        return f"Optimisation history: {self.metric}"


@dataclass(frozen=True)
class Front:
    """Two objectives against each other.

    Attributes:
        metrics: of x and y.
        maximized: for each whether high is good.
        front: trials that no other beats in both, from left to right.
        others: the rest.
    """

    metrics: tuple[str, str]
    maximized: tuple[bool, bool]
    front: list[Point]
    others: list[Point]

    title = "Pareto front"

    @property
    def labels(self) -> list[str]:
        """Of x and y, each with its good direction."""
        pairs = zip(self.metrics, self.maximized, strict=True)
        return [f"{metric} ({'high' if high else 'low'} is good)" for metric, high in pairs]


@dataclass(frozen=True)
class Curve:
    """What one trial reported while it trained; `fate` is its end."""

    trial: int
    fate: str
    points: list[Point]


@dataclass(frozen=True)
class Curves:
    """Learning curves of all trials that reported to the pruner.

    Attributes:
        metric: what they reported.
        curves: by trial.
        best: the best trial's number, if there is one.
    """

    metric: str
    curves: list[Curve]
    best: int | None

    title = "Learning curves"


@dataclass(frozen=True)
class Slice:
    """An objective against one parameter.

    Attributes:
        metric: the objective.
        parameter: of x.
        ticks: names of 0, 1, … on x, where the parameter has no order; else empty.
        points: completed trials.
        best: numbers of the trials to point out.
    """

    metric: str
    parameter: Parameter
    ticks: tuple[str, ...]
    points: list[Point]
    best: frozenset[int]

    @property
    def title(self) -> str:
        """The headline."""
        return f"{self.metric} against {self.parameter.short}"

    @property
    def is_log(self) -> bool:
        """Whether x is logarithmic: labels within one decade are read better on a straight axis."""
        low, high = min(p.x for p in self.points), max(p.x for p in self.points)
        return self.parameter.is_log and high >= _DECADE * low


Panel = History | Front | Curves | Slice | Importances | Absent


def panels(facts: StudyFacts) -> list[Panel]:
    """Every figure of a study, the most telling first."""
    fronts = [_front(facts)] if len(facts.metrics) == _PAIR else []
    places = range(len(facts.metrics))
    histories = [_history(facts, place) for place in places]
    shares = [importances(facts, place) for place in places]
    return [*fronts, *histories, *shares, *_curves(facts), *_slices(facts)]


def _history(facts: StudyFacts, place: int) -> History | Absent:
    completed = [_at_number(t, t.values[place]) for t in facts.completed]
    lost = {trial.number: _reported(trial)[-1:] for trial in facts.of("pruned")}
    seen = [p.y for p in completed] + [p.y for points in lost.values() for p in points]
    if not seen:
        return Absent(f"Optimisation history: {facts.metrics[place]}", "no trial has a figure yet")
    low, high = min(seen), max(seen)
    floor = low - 0.06 * ((high - low) or abs(low) or 1.0)
    return History(
        metric=facts.metrics[place],
        maximized=facts.maximized[place],
        completed=completed,
        best=_best_so_far(completed, maximized=facts.maximized[place]),
        pruned=[
            _at_number(trial, lost[trial.number][0].y if lost[trial.number] else floor)
            for trial in facts.of("pruned")
        ],
        failed=[_at_number(trial, floor) for trial in facts.of("failed")],
    )


def _at_number(trial: FrozenTrial, y: float) -> Point:
    return Point(trial.number, float(trial.number), y)


def _reported(trial: FrozenTrial) -> list[Point]:
    """The finite figures that a trial told its pruner, by step."""
    steps = sorted(trial.intermediate_values.items())
    return [Point(trial.number, float(step), value) for step, value in steps if isfinite(value)]


def _best_so_far(points: Sequence[Point], *, maximized: bool) -> list[Point]:
    best = accumulate((point.y for point in points), max if maximized else min)
    return [Point(p.trial, p.x, y) for p, y in zip(points, best, strict=True)]


def _front(facts: StudyFacts) -> Front:
    places = {trial.number: Point(trial.number, *trial.values) for trial in facts.completed}
    front = [places.pop(trial.number) for trial in facts.ranked]
    return Front(
        metrics=(facts.metrics[0], facts.metrics[1]),
        maximized=(facts.maximized[0], facts.maximized[1]),
        front=sorted(front, key=lambda point: (point.x, point.y)),
        others=list(places.values()),
    )


def _curves(facts: StudyFacts) -> Iterator[Curves]:
    curves = [
        Curve(trial.number, fate_of(trial), points)
        for trial in facts.trials
        if (points := _reported(trial))
    ]
    if curves:
        best = None if facts.best is None else facts.best.number
        yield Curves(facts.metrics[0], curves, best)


def _slices(facts: StudyFacts) -> Iterator[Slice]:
    if not facts.completed:
        return
    several = len(facts.metrics) > 1
    best = frozenset(trial.number for trial in facts.ranked[: None if several else 1])
    for place, metric in enumerate(facts.metrics):
        for parameter in facts.parameters:
            points = [
                Point(trial.number, _position(trial, parameter), trial.values[place])
                for trial in facts.completed
                if parameter.key in trial.params
            ]
            ticks = tuple(value_text(choice) for choice in parameter.choices)
            if points:
                yield Slice(metric, parameter, ticks, points, best)


def _position(trial: FrozenTrial, parameter: Parameter) -> float:
    """A value's place on its axis; equal choices are spread so that no trial hides another."""
    value = trial.params[parameter.key]
    if not parameter.choices:
        return float(value)
    spread = trial.number * _GOLDEN % 1 - 0.5
    return parameter.choices.index(value) + _JITTER * spread
