"""Whole numbers by stage."""

from ai_vs_human.callbacks.energy.account import STAGES, Account, Quantity


def spent(**microjoules: int) -> Account:
    account = Account()
    for stage in STAGES:
        account.add(stage, "cpu", microjoules.get(stage, 0))
    return account


def test_stages_add_up_to_the_total_without_remainder() -> None:
    account = Account()
    for turn in range(1_000):
        account.add(STAGES[turn % len(STAGES)], "cpu", 100_000)  # 0.1 J is no float

    assert sum(account.amount("cpu", stage) for stage in STAGES) == 100_000_000
    assert account.joules(["cpu"]) == 100.0


def test_joules_count_only_the_domains_and_the_stage_asked_for() -> None:
    account = Account()
    account.add("train", "cpu", 2_000_000)
    account.add("train", "dram", 500_000)
    account.add("val", "cpu", 7_000_000)

    assert account.joules(["cpu"], "train") == 2.0
    assert account.joules(["cpu", "dram"], "train") == 2.5
    assert account.joules() == 9.5


def test_an_epoch_is_what_came_since_a_copy() -> None:
    account = spent(train=5)
    before = account.copy()
    account.add("train", "cpu", 3)

    assert (account - before).amount("cpu", "train") == 3
    assert (account + before).amount("cpu", "train") == 13


def test_two_processes_add_up_their_gpus_and_count_what_they_share_once() -> None:
    first, second = Account(), Account()
    for process, cpu in ((first, 9), (second, 0)):
        process.add("train", "gpu", 5)
        process.add("train", "cpu", cpu)
        process.add("train", "images", 4)
        process.add("train", "time", 100)
        process.add("train", "steps", 2)

    summed = [one + two for one, two in zip(first.vector(), second.vector(), strict=True)]
    together = first.with_vector(summed)

    names: tuple[Quantity, ...] = ("gpu", "cpu", "images", "time", "steps")
    assert [together.amount(name, "train") for name in names] == [10, 9, 8, 100, 2]


def test_a_state_of_plain_numbers_gives_the_same_account_again() -> None:
    account = spent(train=5, other=2)

    assert account.state() == {"train/cpu": 5, "other/cpu": 2}
    assert Account.from_state(account.state()).vector() == account.vector()


def test_a_stage_that_a_later_version_may_add_is_left_out() -> None:
    assert Account.from_state({"distill/cpu": 5, "train/cpu": 1}).joules() == 1e-6
