"""The runs of a sweep to what it was about."""

from typing import Any

import pytest

from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.sweep import Sweep
from ai_vs_human.runs.result import Result

S = "optuna-0a1b2c3d"


def job(number: int, status: Any = "completed", error: str | None = None, **at: float) -> Entry:
    run_id = f"{S}-{number}"
    result = Result(run_id=run_id, task="train", status=status, error=error, metrics=at)
    return Entry(f"outputs/train/{S}/{run_id}", run_id, "train", status, result)


def configs(*lr: float) -> dict[str, dict[str, Any]]:
    return {
        f"{S}-{number}": {"lr": value, "optimized_metric": ["val/loss"], "n": 1}
        for number, value in enumerate(lr)
    }


def test_a_sweep_is_ranked_by_what_its_runs_were_told_to_optimize() -> None:
    runs = [job(0, **{"val/loss": 0.4}), job(1, **{"val/loss": 0.2}), job(2, "pruned")]

    sweep = Sweep.of(S, runs, configs(0.1, 0.2, 0.3))

    assert (sweep.metric, sweep.mode, sweep.folder) == ("val/loss", "min", f"outputs/train/{S}")
    assert [run.run_id for run in sweep.best] == [f"{S}-1", f"{S}-0"]
    assert sweep.spread is not None
    assert (sweep.spread.n, sweep.spread.mean) == (2, pytest.approx(0.3))
    assert sweep.varied == {"lr": {f"{S}-0": 0.1, f"{S}-1": 0.2, f"{S}-2": 0.3}}


def test_without_any_config_the_usual_metric_counts() -> None:
    sweep = Sweep.of(S, [job(0, **{"val/auroc": 0.4}), job(1, **{"val/auroc": 0.5})], {})

    assert (sweep.metric, sweep.mode, sweep.varied) == ("val/auroc", "max", {})
    assert sweep.best[0].run_id == f"{S}-1"


def test_a_sweep_in_which_nothing_completed_has_no_best() -> None:
    sweep = Sweep.of(S, [job(0, "failed", "no memory")], configs(0.1))

    assert (sweep.best, sweep.spread) == ((), None)


def test_reasons_are_counted_the_most_frequent_first() -> None:
    lost = Entry(f"x/{S}/{S}-9", f"{S}-9", "train", "crashed", None, "its process is gone")
    runs = [
        job(0, "failed", "no memory\nat all"),
        lost,
        job(1, "pruned", "too weak"),
        job(2, "pruned", "too weak"),
        job(3),
    ]

    assert Sweep.of(S, runs, {}).reasons() == {
        "too weak": [f"{S}-1", f"{S}-2"],
        "no memory": [f"{S}-0"],
        "its process is gone": [f"{S}-9"],
    }
