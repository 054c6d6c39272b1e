"""energy.json to the numbers and the figure of what a metric cost."""

from typing import Any

import pytest

from ai_vs_human.reporting.energy_curve import energy_curve
from ai_vs_human.reporting.energy_epochs import read_epochs
from ai_vs_human.reporting.energy_units import unit_for
from ai_vs_human.reporting.figure import pixels

DOMAINS = {"gpu": {"status": "estimate"}, "cpu": {"status": "measured"}}


def row(epoch: int, cumulative: float | None, **metrics: float) -> dict[str, Any]:
    return {
        "epoch": epoch,
        "train": {"total_joules": 6.0},
        "val": {"total_joules": 1.0},
        "cumulative_joules": cumulative,
        "metrics": metrics,
    }


def report(*rows: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"domains": DOMAINS, "epochs": list(rows), **values}


def test_what_an_epoch_cost_besides_its_stages_is_the_rest_since_the_one_before() -> None:
    run = read_epochs(report(row(0, 10.0), row(1, 17.5)))

    assert [one.other_joules for one in run.epochs] == [3.0, 0.5]
    assert [one.cumulative_joules for one in run.epochs] == [10.0, 17.5]
    assert run.devices == ("cpu",)


def test_after_a_gap_an_epoch_does_not_get_what_came_before_it() -> None:
    rows = [row(0, 8.0), row(3, 90.0), row(4, 97.0), row(6, 120.0)]

    assert [one.other_joules for one in read_epochs(report(*rows)).epochs] == [1.0, None, 0.0, None]


def test_whole_numbers_of_json_are_numbers_too() -> None:
    (epoch,) = read_epochs({"epochs": [row(0, 8) | {"metrics": {"val/auroc": 1}}]}).epochs

    assert (epoch.cumulative_joules, epoch.quality) == (8.0, 1.0)


def test_the_metric_is_the_target_s_else_the_usual_one_and_the_best_epoch_is_by_it() -> None:
    rows = [
        row(0, 10.0, **{"val/ece": 0.1, "val/auroc": 0.8}),
        row(1, 20.0, **{"val/ece": 0.3, "val/auroc": 0.9}),
        row(2, 30.0, **{"val/ece": 0.2, "val/auroc": 0.9}),
    ]
    usual = read_epochs(report(*rows))
    aimed = read_epochs(report(*rows, target={"metric": "val/ece", "value": 0.05}))

    assert usual.best is not None
    assert (usual.metric, usual.best.epoch) == ("val/auroc", 1)
    assert aimed.best is not None
    assert (aimed.metric, aimed.best.epoch, aimed.target) == ("val/ece", 0, 0.05)


def test_joules_without_a_metric_or_of_one_epoch_are_no_curve() -> None:
    good = {"val/auroc": 0.5}

    assert read_epochs(report(row(0, 1.0, **good), row(1, 2.0, **good))).is_curve
    assert not read_epochs(report(row(0, 1.0), row(1, 2.0))).is_curve
    assert not read_epochs(report(row(0, 1.0, **good))).is_curve
    assert not read_epochs(report(row(0, None, **good), row(1, None, **good))).is_curve


def test_an_estimate_is_drawn_where_nothing_is_counted_and_says_so() -> None:
    rows = [row(0, None) | {"estimated": row(0, 5.0)}, row(1, None) | {"estimated": row(1, 9.0)}]
    figure = energy_curve(read_epochs(report(*rows)))

    title = figure.get_suptitle()
    assert title.startswith("ESTIMATE from declared watts, not measured: 9 J of gpu")
    assert "estimated energy" in figure.axes[0].get_xlabel()


def test_a_figure_says_what_the_best_epoch_cost_and_shows_target_and_budget() -> None:
    rows = [row(0, 1000.0, **{"val/auroc": 0.5}), row(1, 2000.0, **{"val/auroc": 0.75})]
    aims = {"target": {"metric": "val/auroc", "value": 0.9}, "budget": {"joules": 2500.0}}

    figure = energy_curve(read_epochs(report(*rows, **aims)))

    left, right = figure.axes
    assert figure.get_suptitle() == "2 kJ of cpu; best val/auroc 0.7500 after 2 kJ (epoch 1)"
    names = [text.get_text() for text in left.get_legend().get_texts()]
    assert names == ["best: epoch 1", "target 0.9", "budget 2.5 kJ"]
    assert left.lines[0].get_xdata() == pytest.approx([1.0, 2.0])
    assert [bar.get_height() for bar in right.containers[0]] == [0.006, 0.006]
    image = pixels(figure)
    assert image.shape[2] == 3
    assert image.min() < image.max()


@pytest.mark.parametrize(
    ("joules", "text"),
    [(0.0, "0 J"), (0.02, "20 mJ"), (0.5, "0.5 J"), (1500.0, "1.5 kJ"), (7.2e6, "2 kWh")],
)
def test_joules_are_told_in_the_unit_that_suits_them(joules: float, text: str) -> None:
    assert unit_for(joules).text(joules) == text
