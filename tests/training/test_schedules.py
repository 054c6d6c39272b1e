"""Learning rates over a fit."""

import pytest
import torch
from torch.optim.lr_scheduler import LRScheduler

from ai_vs_human.training import schedules


def rates(make: object, steps: int = 100, **options: float) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler: LRScheduler = make(optimizer, total_steps=steps, **options)  # type: ignore[operator]
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def test_cosine_rises_then_falls_to_its_final_share() -> None:
    found = rates(schedules.cosine, warmup=0.1, final=0.01)

    assert found[:10] == pytest.approx([(step + 1) / 10 for step in range(10)])
    assert found[10:] == sorted(found[10:], reverse=True)
    assert found[55] == pytest.approx(0.505, abs=0.01)
    assert found[-1] == pytest.approx(0.01, abs=0.01)


def test_constant_does_not_move() -> None:
    assert set(rates(schedules.constant)) == {1.0}


def test_steps_are_evenly_spaced() -> None:
    found = rates(schedules.step, drops=3, gamma=0.5)

    assert [found[index] for index in (0, 24, 25, 50, 75)] == [1, 1, 0.5, 0.25, 0.125]
