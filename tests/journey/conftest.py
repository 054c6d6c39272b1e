"""Trainings in processes of their own, which can be killed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT


@dataclass
class Zygote:
    """A process that forks itself for each training."""

    process: subprocess.Popen[str]

    def train(self, cwd: Path, *words: str, kill_after: float | None = None) -> int:
        """Train in `cwd`; SIGKILL the training and all it started after so many seconds."""
        return self.train_at_once(1, cwd, *words, kill_after=kill_after)[0]

    def train_at_once(
        self, times: int, cwd: Path, *words: str, kill_after: float | None = None
    ) -> list[int]:
        """Start several trainings in the same folder at the same time; their exit codes."""
        cwd.mkdir(exist_ok=True)
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        order = {"cwd": str(cwd), "words": words, "times": times, "kill_after": kill_after}
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
