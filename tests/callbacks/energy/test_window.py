"""Changes of stage to an account."""

from ai_vs_human.callbacks.energy.window import RollingWindow
from tests.callbacks.energy.replay import ReplayMeter


def test_what_is_spent_belongs_to_the_stage_that_was_open() -> None:
    meter = ReplayMeter("cpu", "dram")
    window = RollingWindow(meter, "setup")
    meter.spend(1.0)
    window.turn("train")
    meter.spend(2.0)
    window.turn("other")

    assert window.account.joules(["cpu"], "setup") == 1.0
    assert window.account.joules(["cpu", "dram"], "train") == 4.0
    assert window.account.joules(stage="other") == 0.0


def test_a_change_of_stage_waits_for_the_device_and_a_refresh_does_not() -> None:
    meter = ReplayMeter("cpu")
    window = RollingWindow(meter, "train")
    window.turn("train")
    window.refresh(0.0)

    assert meter.settled == [True, False]


def test_a_young_window_is_not_read_again() -> None:
    meter = ReplayMeter("cpu")
    window = RollingWindow(meter, "train")
    window.refresh(3_600.0)

    assert meter.settled == []


def test_the_time_of_all_stages_is_the_time_since_the_first_window() -> None:
    window = RollingWindow(ReplayMeter(), "setup")
    window.turn("train")
    window.turn("other")

    assert window.account.amount("time") == sum(
        window.account.amount("time", stage) for stage in ("setup", "train", "other")
    )
    assert window.account.amount("time") >= 0
