"""Repeated steps to windows that agree, on a clock and a meter that a test turns."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ai_vs_human.callbacks.energy.meter import Provenance
from ai_vs_human.callbacks.energy.steady import Steady, SteadyBench, Window
from ai_vs_human.callbacks.energy.steady_plan import SteadyPlan
from ai_vs_human.errors import ConfigError
from tests.callbacks.energy.replay import ReplayMeter

PLAN = SteadyPlan(
    batch_sizes=[4], warmup_seconds=2.0, window_seconds=1.0, repeats=3, most_windows=8
)


class Device:
    """Takes half a second and some joules for each step of four images.

    Args:
        joules: of each step, the last one for all that follow.
    """

    def __init__(self, joules: Sequence[float]) -> None:
        self.meter = ReplayMeter("gpu", "cpu")
        self.now = 100.0
        self.steps = 0
        self._joules = joules

    def step(self) -> int:
        self.meter.spend(self._joules[min(self.steps, len(self._joules) - 1)])
        self.steps += 1
        self.now += 0.5
        return 4

    def rest(self, seconds: float) -> None:
        self.meter.spend(10 * seconds)
        self.now += seconds

    def measured(self, **changes: Any) -> Steady:
        plan = replace(PLAN, **changes)
        bench = SteadyBench(self.meter, plan, lambda: self.now, self.rest)
        *_, last = bench.windows(self.step)
        return Steady(last, bench.counted)


def test_joules_seconds_and_images_of_a_window_are_those_of_its_steps() -> None:
    steady = Device([6.0]).measured()

    assert [window.images for window in steady.windows] == [8, 8, 8]
    assert (steady.domains, steady.middle, steady.spread) == (["gpu", "cpu"], 3.0, 0.0)
    assert (steady.images_per_second, steady.mean_watts) == (8.0, 24.0)


def test_what_the_warm_up_draws_is_in_no_window() -> None:
    device = Device([100.0] * 4 + [6.0])

    steady = device.measured()

    assert steady.joules_per_image == [3.0, 3.0, 3.0]
    assert device.steps == 4 + 3 * 2  # two seconds, then three windows of a second


def test_windows_go_on_until_the_last_ones_agree() -> None:
    device = Device([6.0] * 4 + [12.0, 12.0, 9.0, 9.0, 6.0])

    steady = device.measured()

    assert steady.joules_per_image == [3.0, 3.0, 3.0]
    assert device.steps == 4 + 5 * 2
    assert steady.agrees(PLAN)


def test_a_device_that_never_settles_is_measured_and_called_unsteady() -> None:
    device = Device([float(2 + number % 4) for number in range(40)])

    steady = device.measured()

    assert device.steps == 4 + 8 * 2
    assert not steady.agrees(PLAN)
    assert steady.joules_per_image == [2.25, 1.25, 2.25]
    assert steady.spread == pytest.approx(1.0 / 2.25)


def test_the_device_s_work_is_waited_for_at_every_reading() -> None:
    device = Device([6.0])

    device.measured()

    assert set(device.meter.settled) == {True}


def test_a_counter_that_does_not_move_has_no_spread_and_is_never_steady() -> None:
    steady = Device([0.0]).measured()

    assert (steady.middle, steady.spread) == (0.0, None)
    assert not steady.agrees(PLAN)


def test_idle_draw_is_measured_while_nothing_is_done() -> None:
    device = Device([6.0])
    device.meter.spend(1000)  # before

    window = SteadyBench(device.meter, PLAN, lambda: device.now, device.rest).idle()

    assert device.steps == 0
    assert window.joules(["cpu"]) / window.seconds == 10.0


def test_counters_judge_the_windows_and_estimates_are_apart() -> None:
    device = Device([6.0])
    device.meter.domains["cpu"] = Provenance("estimate", "declared-watts")
    bench = SteadyBench(device.meter, PLAN, lambda: device.now, device.rest)

    assert (bench.counted, bench.estimated) == (["gpu"], ["cpu"])
    assert Window(1.0, 1, {"gpu": 2_000_000, "cpu": 5}).joules(bench.counted) == 2.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch_sizes", []),
        ("batch_sizes", [0]),
        ("batch_sizes", [8, 8]),
        ("window_seconds", 0.01),
        ("repeats", 1),
        ("steady_spread", 0.0),
        ("most_windows", 2),
        ("idle_seconds", -1.0),
    ],
)
def test_a_plan_that_cannot_work_is_refused_by_its_key(name: str, value: object) -> None:
    message = f"but got {value} (inference_energy.{name})"
    with pytest.raises(ConfigError, match=re.escape(message)):
        replace(PLAN, **{name: value})  # type: ignore[arg-type]
