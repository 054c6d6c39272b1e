"""Random numbers of a step, from its address."""

import random
from typing import Any

import numpy as np
import torch

from ai_vs_human.callbacks.step_seed import seed_step


def drawn(seed: int, rank: int, epoch: int, batch: int) -> tuple[float, float, float]:
    seed_step(seed, rank, epoch, batch)
    return random.random(), float(np.random.rand()), float(torch.rand(()))  # noqa: NPY002, S311


def test_an_address_gives_the_same_numbers_whatever_was_drawn_before() -> None:
    first = drawn(1, 0, 2, 3)
    drawn(9, 9, 9, 9)

    assert drawn(1, 0, 2, 3) == first


def test_every_part_of_the_address_counts() -> None:
    addresses: list[Any] = [(0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)]
    numbers = np.array([drawn(*address) for address in addresses])

    for column in numbers.T:
        assert len(set(column)) == len(addresses)
