"""Runs to those that no other beats in quality and in joules."""

from itertools import product
from typing import Any

import pytest

from ai_vs_human.runs.registry.entry import Entry, Standing
from ai_vs_human.runs.registry.pareto import Pareto, on_front, weigh
from ai_vs_human.runs.registry.ranking import usual_mode
from ai_vs_human.runs.registry.vouching import devices_of
from ai_vs_human.runs.result import Result

MEASURED = {"status": "measured", "source": "rapl"}
UNAVAILABLE = {"status": "unavailable", "reason": "no RAPL: masked"}


def run(
    name: str,
    quality: float | None = 0.9,
    joules: float | None = 10.0,
    status: Standing = "completed",
    energy: dict[str, Any] | None = None,
    **metrics: float,
) -> Entry:
    figures = {"val/auroc": quality, "energy/total_joules": joules} | metrics
    known = {name: value for name, value in figures.items() if value is not None}
    summary = {"domains": {"cpu": MEASURED}} if energy is None else energy
    result = Result(run_id=name, task="train", metrics=known, energy=summary or None)
    return Entry(f"outputs/train/{name}", name, "train", status, result)


def weighed(*entries: Entry, against: str = "energy/total_joules") -> Pareto:
    return weigh(entries, "val/auroc", against)


def front(pareto: Pareto) -> list[str]:
    return [one.entry.run_id for one in pareto.front]


def apart(pareto: Pareto) -> dict[str, str]:
    return {entry.run_id: reason for entry, reason in pareto.apart}


def test_the_front_is_what_comparing_every_pair_finds() -> None:
    points = [(float(n * n % 19), float(n * n * n % 23)) for n in range(60)]

    def beaten(one: tuple[float, float]) -> bool:
        return any(o != one and o[0] <= one[0] and o[1] <= one[1] for o in points)

    assert on_front(points) == [not beaten(point) for point in points]


def test_equal_points_are_on_the_front_together() -> None:
    assert on_front([(1.0, 2.0), (1.0, 2.0), (1.0, 3.0)]) == [True, True, False]
    assert on_front([]) == []


def test_high_quality_at_few_joules_is_good() -> None:
    found = weighed(run("good", 0.9, 20), run("cheap", 0.8, 10), run("beaten", 0.8, 11))

    assert front(found) == ["cheap", "good"]
    assert [one.entry.run_id for one in found.weighed] == ["cheap", "beaten", "good"]


@pytest.mark.parametrize("metric", ["val/ece", "test/eer", "val/brier", "test/loss"])
def test_of_an_error_the_lower_one_is_good(metric: str) -> None:
    entries = [run("low", joules=10, **{metric: 0.1}), run("high", joules=10, **{metric: 0.2})]

    assert front(weigh(entries, metric, "energy/total_joules")) == ["low"]


def test_a_cost_of_which_much_is_good_turns_the_front_around() -> None:
    entries = [run(str(speed), images_per_second=speed) for speed in (1.0, 2.0)]

    assert front(weigh(entries, "val/auroc", "images_per_second")) == ["2.0"]
    for unit, stage in product(("mean_watts", "total_joules", "co2e_grams"), ("energy/", "")):
        assert usual_mode(f"{stage}{unit}") == "min"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (run("x", joules=None, energy={}), "nobody asked for it (energy=none)"),
        (run("x", joules=None, energy={"domains": {"cpu": UNAVAILABLE}}), "cpu: no RAPL: masked"),
        (run("x", quality=None), "no val/auroc"),
        (run("x", status="pruned"), "pruned"),
        (run("x", joules=0.0), "energy/total_joules is 0: the counter did not move"),
        (run("x", quality=float("nan")), "val/auroc is nan"),
        (
            run("x", 1.0, 1.0, energy={
                "domains": {"cpu": MEASURED | {"partial": True, "anomalies": ["it was lost"]}}
            }),
            "cpu counted less than was spent: it was lost",
        ),
        (
            run("x", 1.0, 1.0, energy={
                "domains": {"cpu": MEASURED}, "cumulative": {"lineage": [[], ["cpu"]]}
            }),
            "did not measure the same: nothing, then cpu",
        ),
        (
            run("x", 1.0, 1.0, energy={"domains": {"cpu": MEASURED}, "partial": ["cpu"]}),
            "some process or earlier attempt missed joules of cpu",
        ),
    ],
)  # fmt: skip
def test_a_run_whose_joules_nobody_vouches_for_is_never_on_the_front(
    entry: Entry, reason: str
) -> None:
    found = weighed(entry, run("honest", 0.5, 50))

    assert front(found) == ["honest"]
    assert reason in apart(found)["x"]


def test_sums_over_other_devices_are_not_compared() -> None:
    both = {"domains": {"cpu": MEASURED, "gpu": MEASURED}}
    entries = [run("a", energy=both), run("b", energy=both), run("cheap", joules=1.0)]

    found = weighed(*entries)

    assert front(found) == ["a", "b"]
    assert apart(found) == {"cheap": "joules of cpu, where most runs have those of cpu+gpu"}
    assert front(weigh(entries, "val/auroc", "val/auroc")) == ["a", "b", "cheap"]


def test_emissions_are_as_good_as_the_joules_that_they_are_computed_from() -> None:
    missed = {"domains": {"cpu": MEASURED}, "partial": ["cpu"]}
    both = {"domains": {"cpu": MEASURED, "gpu": MEASURED}}
    entries = [
        run("missed", energy=missed, **{"energy/co2e_grams": 1.0}),
        run("cpu", energy=None, **{"energy/co2e_grams": 2.0}),
        *(run(name, energy=both, **{"energy/co2e_grams": 3.0}) for name in ("a", "b")),
    ]

    found = weighed(*entries, against="energy/co2e_grams")

    assert front(found) == ["a", "b"]
    assert set(apart(found)) == {"missed", "cpu"}


def test_an_estimate_is_weighed_only_when_asked_for() -> None:
    declared = {"domains": {"cpu": {"status": "estimate"}, "gpu": UNAVAILABLE}}
    entries = [
        run("declared", joules=None, energy=declared, **{"energy_est/total_joules": 5.0}),
        run("measured"),
    ]

    measured = weighed(*entries)
    estimated = weighed(*entries, against="energy_est/total_joules")

    assert entries[0].result is not None
    assert devices_of(entries[0].result, "energy_est/total_joules") == ("cpu",)
    assert devices_of(entries[0].result, "energy/total_joules") == ()
    assert (front(measured), measured.is_estimate) == (["measured"], False)
    assert (front(estimated), estimated.is_estimate) == (["declared"], True)
