"""Near pairs against comparing all with all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ai_vs_human.data.alike import search as module
from ai_vs_human.data.alike.forest import Forest
from ai_vs_human.data.alike.search import Pairs, search

LIMIT = 8 * 192


def all_with_all(
    hashes: NDArray[np.uint64], thumbnails: NDArray[np.uint8], distance: int
) -> list[tuple[int, int, int]]:
    rows = thumbnails.astype(int)
    return [
        (i, j, bits)
        for j in range(len(hashes))
        for i in range(j)
        if (bits := int(hashes[i] ^ hashes[j]).bit_count()) <= distance
        and abs(rows[i] - rows[j]).sum() <= LIMIT
    ]


def as_tuples(pairs: Pairs) -> list[tuple[int, ...]]:
    return sorted(map(tuple, pairs.tolist()))


def crowd(seed: int, size: int, bases: int) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Images about a few, with up to 9 bits flipped and thumbnails up to twice the limit off."""
    rng = np.random.default_rng(seed)
    base_hashes = rng.integers(0, 2**64, bases, dtype=np.uint64)
    base_rows = rng.integers(0, 256, (bases, 192))
    kind = rng.integers(bases, size=size)
    hashes = base_hashes[kind]
    for row in range(size):
        for bit in rng.choice(64, rng.integers(10), replace=False):
            hashes[row] ^= np.uint64(1) << np.uint64(bit)
    shift = rng.integers(-16, 17, (size, 1)) + rng.integers(-4, 5, (size, 192))
    return hashes, (base_rows[kind] + shift).clip(0, 255).astype(np.uint8)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 8), st.integers(0, 9))
def test_what_is_found_is_what_comparing_all_finds(
    seed: int, size: int, bases: int, distance: int
) -> None:
    hashes, thumbnails = crowd(seed, size, bases)

    found = search(hashes, thumbnails, distance)

    assert as_tuples(found) == sorted(all_with_all(hashes, thumbnails, distance))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(0, 40))
def test_too_many_pairs_are_fewer_and_connect_the_same(seed: int, bases: int, most: int) -> None:
    hashes, thumbnails = crowd(seed, 60, bases)
    complete = search(hashes, thumbnails, 5)

    some = search(hashes, thumbnails, 5, most=most)

    assert set(as_tuples(some)) <= set(as_tuples(complete))
    connected = [Forest(60), Forest(60)]
    for forest, pairs in zip(connected, (complete, some), strict=True):
        forest.join(pairs[:, 0], pairs[:, 1])
    assert connected[0].roots.tolist() == connected[1].roots.tolist()
    if not most:
        assert len(some) == 60 - len(set(connected[0].roots.tolist()))


def test_thousands_of_nearly_equal_images_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STEPS_WHEN_FULL", 20)
    size = 4_000
    rows = (128 + np.random.default_rng(0).integers(-5, 6, (size, 192))).astype(np.uint8)

    pairs = search(np.zeros(size, dtype=np.uint64), rows, 4, most=10_000)

    forest = Forest(size)
    forest.join(pairs[:, 0], pairs[:, 1])
    assert not forest.roots.any()
    assert len(pairs) < 10_000 + 2 * size


def test_hashes_that_use_few_bits_are_split_evenly() -> None:
    masks = [int(mask) for mask in module._masks(5)]

    assert sum(masks) == 2**64 - 1
    assert all(masks[i] & masks[j] == 0 for i in range(5) for j in range(i))
    assert {(mask & (2**48 - 1)).bit_count() for mask in masks} == {9, 10}
