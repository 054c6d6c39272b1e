"""The order of streamed images: chunk by chunk, and a function of seed and epoch."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from ai_vs_human.data.streaming.sampler import ChunkSampler

STARTS = tuple(range(0, 200, 10))
ROWS = np.random.default_rng(5).permutation(np.arange(0, 200))[:137]


def sampler(rank: int = 0, world_size: int = 1, seed: int = 3, **options: object) -> ChunkSampler:
    shuffle = bool(options.pop("shuffle", True))
    return ChunkSampler(
        ROWS, STARTS, seed, shuffle=shuffle, rank=rank, world_size=world_size, **options
    )  # type: ignore[arg-type]


def order(one: ChunkSampler, epoch: int = 0) -> list[int]:
    one.set_epoch(epoch)
    addresses = list(one)
    assert {told for _, told in addresses} <= {epoch}
    return [index for index, _ in addresses]


@pytest.mark.parametrize("world_size", [1, 2, 3])
def test_ranks_have_equally_many_images_and_none_twice(world_size: int) -> None:
    orders = [order(sampler(rank, world_size)) for rank in range(world_size)]
    given = [index for one in orders for index in one]

    assert [len(one) for one in orders] == [137 // world_size] * world_size
    assert len(set(given)) == len(given)


def test_the_images_left_out_are_others_each_epoch() -> None:
    given = {
        index for epoch in range(9) for rank in (0, 1) for index in order(sampler(rank, 2), epoch)
    }

    assert given == set(range(137))


def test_only_a_window_of_chunks_is_read_at_a_time_and_each_chunk_once() -> None:
    chunks = (ROWS[order(sampler(window=3))] // 10).tolist()
    first = {chunk: chunks.index(chunk) for chunk in chunks}
    last = {chunk: len(chunks) - 1 - chunks[::-1].index(chunk) for chunk in chunks}

    open_at = [sum(first[c] <= place <= last[c] for c in first) for place in range(len(chunks))]

    assert max(open_at) == 3
    assert chunks != sorted(chunks)


def test_within_a_window_images_of_several_chunks_alternate() -> None:
    chunks = (ROWS[order(sampler(window=4))] // 10).tolist()
    changes = sum(a != b for a, b in pairwise(chunks))

    assert changes > 60  # of 136; one chunk after the other would be 19


def test_the_order_follows_from_seed_and_epoch() -> None:
    assert order(sampler(), 2) == order(sampler(), 2)
    assert order(sampler(), 2) != order(sampler(), 3)
    assert order(sampler(seed=4), 2) != order(sampler(), 2)


def test_without_shuffling_the_set_is_read_from_its_beginning_and_the_first_repeated() -> None:
    orders = [order(sampler(rank, 2, shuffle=False), epoch) for rank in (0, 1) for epoch in (0, 1)]
    rows = ROWS[[*orders[0], *orders[2]]].tolist()

    assert orders[0] == orders[1]
    assert rows == [*sorted(ROWS), min(ROWS)]


@pytest.mark.parametrize("given", [0, 1, 40, 137])
def test_what_was_given_is_left_out_once(given: int) -> None:
    one = sampler()
    one.skip(given)

    assert order(one, 1) == order(sampler(), 1)[given:]
    assert order(one, 1) == order(sampler(), 1)


def test_the_chunks_of_this_window_and_of_the_next_are_told_before_they_are_needed() -> None:
    told: list[Sequence[int]] = []
    one = sampler(window=2, fetch_ahead=told.append)
    assert list(iter(one)) is not None
    chunks = list(dict.fromkeys((ROWS[order(sampler(window=2))] // 10).tolist()))

    assert {frozenset(chunks[n : n + 2]) for n in (0, 2)} == {
        frozenset(told[0][:2]),
        frozenset(told[0][2:]),
    }
    assert set(told[0][2:]) == set(told[1][:2])
    assert len(told) == 10
