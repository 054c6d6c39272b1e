"""Orders as functions of seed and epoch, shared out over ranks."""

import pytest

from ai_vs_human.data.sampler import AddressedSampler


def indices(sampler: AddressedSampler) -> list[int]:
    return [index for index, _ in sampler]


def test_every_epoch_has_its_own_order_and_every_start_the_same() -> None:
    sampler = AddressedSampler(50, seed=3, shuffle=True)
    first = indices(sampler)
    sampler.set_epoch(1)
    second = indices(sampler)
    again = AddressedSampler(50, seed=3, shuffle=True)
    again.set_epoch(1)

    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert indices(again) == second


def test_addresses_carry_the_epoch() -> None:
    sampler = AddressedSampler(4, shuffle=True)
    sampler.set_epoch(7)

    assert {epoch for _, epoch in sampler} == {7}


@pytest.mark.parametrize("size", [10, 11, 2])
def test_shuffled_ranks_share_no_image_and_have_equally_many(size: int) -> None:
    ranks = [AddressedSampler(size, shuffle=True, rank=rank, world_size=2) for rank in (0, 1)]

    seen = [indices(rank) for rank in ranks]

    assert len(seen[0]) == len(seen[1]) == len(ranks[0]) == size // 2
    assert not set(seen[0]) & set(seen[1])


@pytest.mark.parametrize("size", [10, 11, 1])
def test_ordered_ranks_see_every_image(size: int) -> None:
    ranks = [AddressedSampler(size, shuffle=False, rank=rank, world_size=2) for rank in (0, 1)]

    seen = [indices(rank) for rank in ranks]

    assert len(seen[0]) == len(seen[1]) == len(ranks[1])
    assert set(seen[0]) | set(seen[1]) == set(range(size))
