"""Trainings in processes of their own, which can be killed."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from torch.distributed import TCPStore  # type: ignore[attr-defined]  # not among its public names

from tests.conftest import ROOT

Instant = tuple[int, float]
"""So many seconds after the n-th resume point, and with 0 points after the start."""


POINTS = "outputs/train/*/checkpoints/resume.ckpt"
"""Where a training keeps its newest resume point."""


@dataclass
class Start:
    """A folder to train in, and what the training has besides in its environment."""

    cwd: Path
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Zygote:
    """A process that forks itself for each training."""

    process: subprocess.Popen[str]

    def train(self, cwd: Path, *words: str, kill: Instant | None = None) -> int:
        """Train in `cwd`; send SIGKILL to the training and all it started at some instant."""
        return self.train_at_once(1, cwd, *words, kill=kill)[0]

    def train_at_once(
        self, times: int, cwd: Path, *words: str, kill: Instant | None = None
    ) -> list[int]:
        """Start several trainings in the same folder at the same time; their exit codes."""
        return self.train_each(*[Start(cwd)] * times, words=words, kill=kill)

    def train_pair(self, cwd: Path, *words: str, kill: Instant | None = None) -> int:
        """Train in two processes that start side by side, as torchrun starts them.

        Returns:
            The first one's exit code.
        """
        store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
        both = {
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(store.port),
            "TORCHELASTIC_RUN_ID": "pair",
            "TORCHELASTIC_USE_AGENT_STORE": "True",
            "GROUP_RANK": "0",
            "WORLD_SIZE": "2",
            "LOCAL_WORLD_SIZE": "2",
        }
        starts = [Start(cwd, both | {"RANK": rank, "LOCAL_RANK": rank}) for rank in ("0", "1")]
        return self.train_each(*starts, words=words, kill=kill)[0]

    def train_each(
        self,
        *starts: Start,
        words: Sequence[str],
        kill: Instant | None = None,
        points: str = POINTS,
        by: signal.Signals = signal.SIGKILL,
    ) -> list[int]:
        """Start trainings at the same time, each in its place; their exit codes.

        Args:
            starts: the places.
            words: of their command line.
            kill: when to send a signal to all of them.
            points: where the resume points come to that are counted for it, below the first place.
            by: the signal.
        """
        places = []
        for start in starts:
            start.cwd.mkdir(exist_ok=True)
            places.append({"cwd": str(start.cwd), "environment": start.environment})
        order = {"starts": places, "words": words, "kill": kill, "points": points, "signal": by}
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        codes: list[int] = json.loads(stdout.readline())
        return codes


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    if sys.platform != "linux":
        pytest.skip("elsewhere a process that has imported torch does not fork safely")
    command = [sys.executable, "-m", "tests.journey.zygote"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Zygote(process)
