"""A loader that goes on in the middle of an epoch."""

import time

import pytest
from torch.utils.data import SequentialSampler

from ai_vs_human.data.loader import ResumableLoader
from ai_vs_human.data.sampler import AddressedSampler


def loader(workers: int = 0) -> ResumableLoader:
    size = 10
    sampler = AddressedSampler(size, seed=3, shuffle=True)
    images = {(i, epoch): i + 100 * epoch for i in range(size) for epoch in range(3)}
    return ResumableLoader(images, batch_size=3, sampler=sampler, num_workers=workers)  # type: ignore[arg-type]  # a mapping serves


def batches(one: ResumableLoader, epoch: int) -> list[list[int]]:
    iterator = iter(one)
    assert isinstance(one.sampler, AddressedSampler)
    one.sampler.set_epoch(epoch)  # Lightning does so after iter()
    return [batch.tolist() for batch in iterator]


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("given", [0, 1, 3, 4])
def test_a_loaded_state_leaves_out_what_was_given_once(given: int, workers: int) -> None:
    whole = [batches(loader(), epoch) for epoch in (1, 2)]
    resumed = loader(workers)
    resumed.begin_after(given)

    assert batches(resumed, 1) == whole[0][given:]
    assert resumed.position == 4
    assert batches(resumed, 2) == whole[1]
    assert len(resumed) == 4


def test_the_state_counts_batches_given_in_this_epoch() -> None:
    one = loader()
    iterator = iter(one)
    next(iterator)
    next(iterator)

    assert one.position == 2
    iter(one)
    assert one.position == 0


def test_an_iterator_that_was_never_used_does_not_take_the_place_of_the_next_one() -> None:
    one = loader()
    one.begin_after(4)
    iter(one)

    assert batches(one, 1) == batches(loader(), 1)


def test_another_sampler_begins_at_the_start() -> None:
    images = list(range(4))
    one = ResumableLoader(images, batch_size=2, sampler=SequentialSampler(images))  # type: ignore[arg-type]
    one.begin_after(1)

    assert [batch.tolist() for batch in one] == [[0, 1], [2, 3]]


def test_the_time_that_its_batches_take_is_counted() -> None:
    class Slow(list[int]):
        def __getitem__(self, index: object) -> int:
            time.sleep(0.02)
            return 0

    one = ResumableLoader(Slow(range(4)), batch_size=2)  # type: ignore[arg-type]  # a list serves

    start = time.perf_counter()
    for _ in one:
        time.sleep(0.1)  # meanwhile the other one is made
    whole = time.perf_counter() - start

    assert 0.04 <= one.waited_seconds < whole - 0.2 + 0.001
