"""Windows, other processes and earlier lives to one ledger."""

from ai_vs_human.callbacks.energy.account import Account
from ai_vs_human.callbacks.energy.ledger import Ledger
from ai_vs_human.callbacks.energy.window import RollingWindow
from tests.callbacks.energy.replay import ReplayMeter


def alone(own: Account) -> Account:
    return own


def doubled(own: Account) -> Account:
    return own + own


def spend(ledger: Ledger, meter: ReplayMeter, joules: float) -> None:
    meter.spend(joules)
    ledger.window.turn("train")


def opened() -> tuple[Ledger, ReplayMeter]:
    meter = ReplayMeter("cpu")
    return Ledger(RollingWindow(meter, "train")), meter


def test_each_close_gives_what_came_since_the_one_before() -> None:
    ledger, meter = opened()

    spend(ledger, meter, 2.0)
    first = ledger.close(alone)
    spend(ledger, meter, 3.0)
    second = ledger.close(alone)

    assert (first.joules(), second.joules(), ledger.total.joules()) == (2.0, 3.0, 5.0)


def test_after_the_last_sum_over_processes_only_ones_own_joules_are_added() -> None:
    ledger, meter = opened()

    spend(ledger, meter, 2.0)
    ledger.close(doubled)
    spend(ledger, meter, 1.0)

    assert ledger.total.joules() == 5.0


def test_a_resumed_run_goes_on_from_what_the_checkpoint_knew() -> None:
    before, meter = opened()
    spend(before, meter, 20.0)
    after, meter = opened()
    after.load(before.state(["cpu"]))
    spend(after, meter, 10.5)

    assert after.total.joules() == 10.5
    assert after.cumulative.joules() == 30.5
    assert after.state(["cpu", "dram"])["lineage"] == [["cpu"], ["cpu", "dram"]]


def test_the_prior_counts_once_however_many_processes_load_it() -> None:
    before, meter = opened()
    spend(before, meter, 20.0)
    after, meter = opened()
    after.load(before.state(["cpu"]))
    spend(after, meter, 1.0)
    after.close(doubled)

    assert after.cumulative.joules() == 22.0


def test_a_checkpoint_of_the_same_process_is_counted_already() -> None:
    ledger, meter = opened()
    spend(ledger, meter, 2.0)
    ledger.load(ledger.state(["cpu"]))

    assert ledger.cumulative.joules() == 2.0


def test_a_checkpoint_that_was_not_counted_gives_no_prior() -> None:
    ledger, _ = opened()
    ledger.load({})

    assert ledger.cumulative.joules() == 0.0
