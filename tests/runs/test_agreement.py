"""One process decides, and the others of its job take its word."""

import subprocess
import sys

import pytest

from ai_vs_human.runs.agreement import agree, is_first_process

ASK = """
import os, sys
from ai_vs_human.runs.agreement import agree
print(agree("colour", lambda: f"decided by {os.environ.get('RANK', os.environ.get('LOCAL_RANK'))}"))
"""


def test_a_process_on_its_own_decides_each_time() -> None:
    assert is_first_process()
    assert agree("colour", lambda: "red") == "red"
    assert agree("colour", lambda: "blue") == "blue"


def test_a_process_that_this_one_starts_takes_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    agree("colour", lambda: "red")
    monkeypatch.setenv("LOCAL_RANK", "1")

    said = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)

    assert said.stdout == "red\n"


def test_processes_side_by_side_take_the_first_one_s_word() -> None:
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=3"]

    said = subprocess.run(
        [*torchrun, "--no-python", sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.count("decided by 0") == said.stdout.count("decided") == 3
