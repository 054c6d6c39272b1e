"""Processes agree, and do not ask each other more often than they must."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from ai_vs_human.callbacks.vote import Vote


class Clock:
    def __init__(self, seconds_per_call: float) -> None:
        self.seconds, self.step = 0.0, seconds_per_call

    def __call__(self) -> float:
        return self.seconds


def answers(seconds_per_call: float, calls: int, wish: int, processes: int) -> list[int]:
    clock = Clock(seconds_per_call)
    vote = Vote(clock)
    found = []
    for _ in range(calls):
        clock.seconds += clock.step
        found.append(vote.cast(wish, processes, torch.device("cpu")))
    return found


@pytest.fixture
def _group(tmp_path: Path) -> Iterator[None]:
    """A group that this process is alone in."""
    dist.init_process_group("gloo", init_method=f"file://{tmp_path}/group", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def test_alone_each_wish_is_granted_at_once() -> None:
    assert answers(0.01, 5, 2, 1) == [2] * 5


@pytest.mark.usefixtures("_group")
@pytest.mark.parametrize(
    ("seconds_per_call", "votes"), [(2.0, 100), (1.0, 100), (0.25, 26), (0.01, 11)]
)
def test_votes_come_once_a_second_or_after_ten_calls(seconds_per_call: float, votes: int) -> None:
    assert sum(answers(seconds_per_call, 100, 1, 2)) == pytest.approx(votes, abs=1)


def _take_part(rank: int, folder: str) -> None:
    dist.init_process_group("gloo", init_method=f"file://{folder}/group", rank=rank, world_size=2)
    # Unequal paces: were the strides not agreed on too, one would vote alone and wait for ever.
    found = answers(0.01 if rank else 0.4, 300, 2 if rank else 0, 2)
    Path(folder, f"{rank}.txt").write_text(str(found))
    dist.destroy_process_group()


def test_two_processes_of_unequal_pace_get_the_same_answers(tmp_path: Path) -> None:
    mp.spawn(_take_part, (str(tmp_path),), nprocs=2)

    first, second = ((tmp_path / f"{rank}.txt").read_text() for rank in (0, 1))
    assert first == second
    assert "2" in first
