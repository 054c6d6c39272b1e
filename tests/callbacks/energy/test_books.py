"""Windows, other processes and earlier lives to the books of one run."""

from ai_vs_human.callbacks.energy.account import Account
from ai_vs_human.callbacks.energy.books import Books
from ai_vs_human.callbacks.energy.window import RollingWindow
from tests.callbacks.energy.replay import ReplayMeter


def alone(own: Account) -> Account:
    return own


def doubled(own: Account) -> Account:
    return own + own


def spend(books: Books, meter: ReplayMeter, joules: float) -> None:
    meter.spend(joules)
    books.window.turn("train")


def opened() -> tuple[Books, ReplayMeter]:
    meter = ReplayMeter("cpu")
    return Books(RollingWindow(meter, "train")), meter


def test_each_close_gives_what_came_since_the_one_before() -> None:
    books, meter = opened()

    spend(books, meter, 2.0)
    first = books.close(alone)
    spend(books, meter, 3.0)
    second = books.close(alone)

    assert (first.joules(), second.joules(), books.total.joules()) == (2.0, 3.0, 5.0)


def test_after_the_last_sum_over_processes_only_ones_own_joules_are_added() -> None:
    books, meter = opened()

    spend(books, meter, 2.0)
    books.close(doubled)
    spend(books, meter, 1.0)

    assert books.total.joules() == 5.0


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
    books, meter = opened()
    spend(books, meter, 2.0)
    books.load(books.state(["cpu"]))

    assert books.cumulative.joules() == 2.0


def test_a_checkpoint_that_was_not_counted_gives_no_prior() -> None:
    books, _ = opened()
    books.load({})

    assert books.cumulative.joules() == 0.0
