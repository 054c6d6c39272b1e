"""Declared watts and a clock to joules of the domains that have no counter."""

from collections.abc import Callable, Iterator

import pytest
import torch

from ai_vs_human.callbacks.energy.declared_meter import DeclaredMeter
from ai_vs_human.callbacks.energy.meter import Domain, Meter
from ai_vs_human.callbacks.energy.no_counters import NoCounters
from ai_vs_human.callbacks.energy.open_meter import meter_for
from ai_vs_human.callbacks.energy.zeus_meter import ZeusMeter
from tests.callbacks.energy.rapl_tree import RaplTree
from tests.callbacks.energy.replay import ReplayMeter

CPU = torch.device("cpu")
SECOND = 1_000_000_000


def clock(*nanoseconds: int) -> Callable[[], int]:
    moments: Iterator[int] = iter(nanoseconds)

    def now() -> int:
        return next(moments)

    return now


def test_an_estimate_is_the_declared_watts_times_the_time_on_the_clock() -> None:
    meter: Meter = DeclaredMeter(NoCounters(CPU), {"cpu": 65.0}, clock(0, 2 * SECOND, 3 * SECOND))

    assert meter.read(settled=True) == {"cpu": 130_000_000}
    assert meter.read(settled=False) == {"cpu": 65_000_000}


def test_a_thousand_short_readings_add_up_to_the_whole_without_drift() -> None:
    third = SECOND // 3
    moments = [turn * third for turn in range(1_001)]
    meter = DeclaredMeter(NoCounters(CPU), {"cpu": 7.7}, clock(*moments))

    readings = [meter.read(settled=True)["cpu"] for _ in range(1_000)]

    assert sum(readings) == 7_700_000 * 1_000 * third // SECOND
    assert min(readings) >= 0


def test_an_estimate_says_whose_it_is_and_why_nothing_is_measured() -> None:
    provenance = DeclaredMeter(NoCounters(CPU), {"cpu": 65.0}).domains["cpu"]

    assert (provenance.status, provenance.source) == ("estimate", "declared-watts")
    assert provenance.devices == ("cpu at 65 W",)
    assert provenance.reason == "counters are switched off (energy.counters=false)"


def test_a_domain_with_a_counter_stays_measured_whatever_is_declared_for_it() -> None:
    counters = ReplayMeter("cpu")
    meter = DeclaredMeter(counters, {"cpu": 1_000.0, "dram": 4.0}, clock(0, SECOND))

    counters.spend(5.0)

    assert meter.read(settled=True) == {"cpu": 5_000_000, "dram": 4_000_000}
    statuses = [meter.domains[name].status for name in ("gpu", "cpu", "dram")]
    assert statuses == ["unavailable", "measured", "estimate"]


def test_the_real_counters_go_first_and_declared_watts_fill_what_they_leave(
    tree: RaplTree,
) -> None:
    package = tree.add("package-0")
    watts = {"cpu": 65.0, "dram": 4.0}
    meter = meter_for(CPU, host_unused=None, declared_watts=watts)

    package.spend(1.5)
    readings = meter.read(settled=True)

    assert readings["cpu"] == 1_500_000
    assert set(readings) == {"cpu", "dram"}
    assert meter.domains["dram"].reason == "RAPL has no dram zone on this machine"


@pytest.mark.parametrize(
    ("device", "host_unused", "estimated"),
    [
        ("cpu", None, {"cpu", "dram"}),
        ("cuda", None, {"gpu", "cpu", "dram"}),
        ("cuda", "the machine's first process counts it", {"gpu"}),
        ("cpu", "the machine's first process counts it", set()),
    ],
)
def test_an_unused_domain_is_not_estimated(
    device: str, host_unused: str | None, estimated: set[Domain]
) -> None:
    watts = {"gpu": 300.0, "cpu": 65.0, "dram": 4.0}
    meter = meter_for(
        torch.device(device), host_unused=host_unused, counters=False, declared_watts=watts
    )

    assert set(meter.read(settled=False)) == estimated


def test_without_declared_watts_the_counters_are_all_there_is(tree: RaplTree) -> None:
    tree.add("package-0")

    assert isinstance(meter_for(CPU, host_unused=None, declared_watts={"dram": None}), ZeusMeter)
