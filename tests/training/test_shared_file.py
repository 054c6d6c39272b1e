"""A file of the first machine on the others' disks."""

from pathlib import Path
from typing import Any

import pytest
from lightning.pytorch import Trainer

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


class Process(Trainer):
    """As much of a trainer as is asked for."""

    strategy: Any = None
    is_global_zero: Any = None
    local_rank: Any = None
    num_nodes: Any = None

    def __init__(self, exchange: Exchange, rank: int, local_rank: int = 0, nodes: int = 2) -> None:
        self.strategy = exchange
        self.is_global_zero = rank == 0
        self.local_rank = local_rank
        self.num_nodes = nodes


@pytest.mark.parametrize("local_rank", [0, 1])
def test_the_first_process_of_another_machine_writes_what_the_first_read(
    local_rank: int, tmp_path: Path
) -> None:
    (tmp_path / "0").write_bytes(b"best")
    exchange, other = Exchange(), tmp_path / "disk" / "1"

    bring_to_every_machine(tmp_path / "0", Process(exchange, 0))
    bring_to_every_machine(other, Process(exchange, 1, local_rank))

    assert other.is_file() == (local_rank == 0)
    assert exchange.said == [b"best", b""]


def test_on_one_machine_nothing_is_said(tmp_path: Path) -> None:
    exchange = Exchange()

    bring_to_every_machine(tmp_path / "0", Process(exchange, 0, nodes=1))

    assert exchange.said == []
