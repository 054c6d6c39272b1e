"""A file of the first machine on the others' disks."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ai_vs_human.training.shared_file import bring_to_every_machine


class Exchange:
    """What the processes of two machines say to each other, one after the other."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def broadcast(self, content: bytes) -> bytes:
        self.said.append(content)
        return self.said[0]

    def barrier(self) -> None:
        """Nobody is late."""


def process(exchange: Exchange, rank: int, local_rank: int = 0, num_nodes: int = 2) -> Any:
    first = rank == 0
    return SimpleNamespace(
        strategy=exchange, is_global_zero=first, local_rank=local_rank, num_nodes=num_nodes
    )


@pytest.mark.parametrize("local_rank", [0, 1])
def test_the_first_process_of_another_machine_writes_what_the_first_read(
    local_rank: int, tmp_path: Path
) -> None:
    (tmp_path / "0").write_bytes(b"best")
    exchange, other = Exchange(), tmp_path / "disk" / "1"

    bring_to_every_machine(tmp_path / "0", process(exchange, 0))
    bring_to_every_machine(other, process(exchange, 1, local_rank))

    assert other.is_file() == (local_rank == 0)
    assert exchange.said == [b"best", b""]


def test_on_one_machine_nothing_is_said(tmp_path: Path) -> None:
    exchange = Exchange()

    bring_to_every_machine(tmp_path / "0", process(exchange, 0, num_nodes=1))

    assert exchange.said == []
