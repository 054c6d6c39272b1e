"""A study's panels to plotly figures: a point says its trial, run and parameters to the mouse."""

import html
from collections.abc import Mapping, Sequence
from functools import singledispatch
from typing import Any, Final

from plotly.graph_objects import Bar, Figure, Scatter

from ai_vs_human.reporting.palette import BLUE, INK, PAPER, RULE
from ai_vs_human.reporting.study.facts import StudyFacts, fate_of, run_of
from ai_vs_human.reporting.study.importances import Importances
from ai_vs_human.reporting.study.look import BEST, BY_TIME, LOOKS, PALE
from ai_vs_human.reporting.study.names import shortened, value_text
from ai_vs_human.reporting.study.panels import Curves, Front, History, Point, Slice

_NAME_LENGTH, _TICK_LENGTH, _TITLE_LENGTH, _VALUE_LENGTH = 24, 18, 44, 60
_HEIGHT: Final = 360  # pixels

Said = Mapping[int, str]
"""What the mouse is told of each trial, by its number."""


def said_of_trials(facts: StudyFacts) -> dict[int, str]:
    """Number, run, figures and parameters of every trial, as lines of HTML."""
    return {
        trial.number: "<br>".join(
            html.escape(line)
            for line in (
                f"trial {trial.number}, {fate_of(trial)}",
                *([f"run {run_of(trial)}"] if run_of(trial) else []),
                *_listed(zip(facts.metrics, trial.values or (), strict=False)),
                *_listed(trial.params.items()),
            )
        )
        for trial in facts.trials
    }


def _listed(pairs: Any) -> list[str]:
    return [f"{key} = {shortened(value_text(value), _VALUE_LENGTH)}" for key, value in pairs]


def chart(panel: Any, said: Said) -> Figure:
    """The figure of any panel but an absent one."""
    figure = Figure()
    _fill(panel, figure, said)
    figure.update_layout(
        template="none",
        height=_HEIGHT,
        margin={"l": 10, "r": 10, "t": 20, "b": 10},
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        font={"color": INK, "size": 12},
        legend={"orientation": "h", "y": 1.12},
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(gridcolor=RULE, zeroline=False, automargin=True)
    figure.update_yaxes(gridcolor=RULE, zeroline=False, automargin=True, exponentformat="none")
    return figure


def _points(points: Sequence[Point], said: Said, **drawn: Any) -> Scatter:
    """A trace whose points tell of their trials."""
    return Scatter(
        x=[point.x for point in points],
        y=[point.y for point in points],
        text=[said[point.trial] for point in points],
        hovertemplate="%{text}<extra></extra>",
        **{"mode": "markers"} | drawn,
    )


def _line(points: Sequence[Point], **drawn: Any) -> Scatter:
    """A trace that the mouse passes by."""
    x, y = [point.x for point in points], [point.y for point in points]
    return Scatter(x=x, y=y, mode="lines", hoverinfo="skip", **drawn)


def _marker(fate: str) -> dict[str, Any]:
    look = LOOKS[fate]
    line = {"width": 2, "color": look.colour}
    return {"color": look.colour, "symbol": look.symbol, "size": 8} | (
        {"line": line} if look.symbol.endswith("open") else {}
    )


@singledispatch
def _fill(panel: Any, _figure: Figure, _said: Said) -> None:
    raise TypeError(f"expected a panel to draw, but got {panel}")


@_fill.register
def _(panel: History, figure: Figure, said: Said) -> None:
    step = {"color": BEST, "shape": "hv"}
    figure.add_trace(_line(panel.best, line=step, name="best so far"))
    groups = {"completed": panel.completed, "pruned": panel.pruned, "failed": panel.failed}
    for fate, points in groups.items():
        if points:
            figure.add_trace(_points(points, said, marker=_marker(fate), name=fate))
    figure.update_layout(xaxis_title="trial", yaxis_title=html.escape(panel.metric))


@_fill.register
def _(panel: Front, figure: Figure, said: Said) -> None:
    shape = "vh" if panel.maximized[0] else "hv"
    figure.add_trace(_line(panel.front, line={"color": BEST, "shape": shape}, showlegend=False))
    for name, points, colour in (
        ("beaten in both", panel.others, PALE),
        ("on the front", panel.front, BEST),
    ):
        marker = {"color": colour, "size": 9}
        figure.add_trace(_points(points, said, marker=marker, name=name))
    x, y = panel.labels
    figure.update_layout(xaxis_title=html.escape(x), yaxis_title=html.escape(y))


@_fill.register
def _(panel: Importances, figure: Figure, _said: Said) -> None:
    shown = panel.shares[::-1]
    bars = Bar(
        x=[share for _, share in shown],
        y=list(range(len(shown))),
        orientation="h",
        marker_color=BLUE,
        text=[f"{share:.0%}" for _, share in shown],
        textposition="outside",
        cliponaxis=False,
        customdata=[html.escape(parameter.key) for parameter, _ in shown],
        hovertemplate="%{customdata}<br>%{text}<extra></extra>",
    )
    figure.add_trace(bars)
    names = [html.escape(shortened(parameter.short, _NAME_LENGTH)) for parameter, _ in shown]
    figure.update_xaxes(visible=False, range=[0, 1.1 * max(share for _, share in shown)])
    figure.update_yaxes(tickvals=list(range(len(shown))), ticktext=names)


@_fill.register
def _(panel: Curves, figure: Figure, said: Said) -> None:
    named = set[str]()
    for curve in panel.curves:
        best = curve.trial == panel.best
        fate = "best" if best else curve.fate
        look = {"color": BEST, "width": 3} if best else {"color": LOOKS[curve.fate].colour}
        sizes = [0] * (len(curve.points) - 1) + [8]
        figure.add_trace(
            Scatter(
                x=[point.x for point in curve.points],
                y=[point.y for point in curve.points],
                meta=said[curve.trial],
                hovertemplate="step %{x}: %{y}<br>%{meta}<extra></extra>",
                mode="lines+markers",
                line={"width": 1} | look,
                marker=_marker(curve.fate) | {"size": sizes},
                opacity=1 if best else 0.6,
                name=fate,
                legendgroup=fate,
                showlegend=fate not in named,
            )
        )
        named.add(fate)
    figure.update_layout(xaxis_title="step", yaxis_title=html.escape(panel.metric))


@_fill.register
def _(panel: Slice, figure: Figure, said: Said) -> None:
    scale = [[place / (len(BY_TIME) - 1), colour] for place, colour in enumerate(BY_TIME)]
    marker = {"color": [point.trial for point in panel.points], "colorscale": scale, "size": 8}
    best = [point for point in panel.points if point.trial in panel.best]
    ring = {"color": "rgba(0,0,0,0)", "size": 14, "line": {"color": BEST, "width": 2}}
    figure.add_trace(_points(panel.points, said, marker=marker))
    figure.add_trace(_points(best, said, marker=ring))
    figure.update_layout(
        showlegend=False,
        xaxis_title=html.escape(shortened(panel.parameter.key, _TITLE_LENGTH)),
        yaxis_title=html.escape(panel.metric),
    )
    if panel.is_log:
        figure.update_xaxes(type="log", exponentformat="power")
    if panel.ticks:
        places, names = list(range(len(panel.ticks))), panel.ticks
        short = [html.escape(shortened(name, _TICK_LENGTH)) for name in names]
        figure.update_xaxes(tickvals=places, ticktext=short, range=[-0.6, len(names) - 0.4])
