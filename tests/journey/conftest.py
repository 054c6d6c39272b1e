"""Trainings in processes of their own, which can be killed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

Instant = tuple[int, float]
"""So many seconds after the n-th resume point, and with 0 points after the start."""


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
        cwd.mkdir(exist_ok=True)
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        order = {"cwd": str(cwd), "words": words, "times": times, "kill": kill}
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
