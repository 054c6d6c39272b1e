"""A job's process: its words, its environment, its console and its end."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from ai_vs_human.jobs.job import Job, quoted
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.jobs.process import Process, end
from ai_vs_human.jobs.surroundings import of_multirun, surroundings, threads_a_job

PROGRAM = """
import json, os, sys, time
folder = sys.argv[-1].partition("=")[2].strip("'")
print("said", os.environ.get("CUDA_VISIBLE_DEVICES"), os.environ.get("MORE"), flush=True)
if "sleep" in sys.argv:
    time.sleep(60)
result = {"run_id": "r", "task": "train", "status": "completed"}
result["metrics"] = {"a": float(len(sys.argv))}
json.dump(result, open(folder + "/result.json", "w"))
"""


@pytest.fixture
def process(tmp_path: Path) -> Process:
    (tmp_path / "train.py").write_text(PROGRAM)
    program = (sys.executable, str(tmp_path / "train.py"))
    return Process(program, of_multirun(), str(tmp_path), alone=False, timeout_seconds=20.0)


def job(**more: object) -> Job:
    return Job(**({"number": 0, "folder": "runs/s-0", "objectives": ("a",)} | more))  # type: ignore[arg-type]


def test_a_job_is_its_words_and_a_folder() -> None:
    one = job(options=("--config-name=train",), words=("model=cnn",))
    assert one.arguments == ("--config-name=train", "model=cnn", "hydra.run.dir='runs/s-0'")
    assert one.name == "s-0"


@pytest.mark.parametrize("path", ["a b", "it's", "a\\b", "a\\", "\\\\'", "k=v,1", "ü"])
def test_any_path_is_a_word(path: str) -> None:
    value = OverridesParser.create().parse_override(f"hydra.run.dir={quoted(path)}").value()
    assert getattr(value, "text", value) == path


def test_a_job_is_done_and_its_console_kept(process: Process, tmp_path: Path) -> None:
    outcome = process.run(job(words=("x=1",), environment={"MORE": "more"}))
    assert outcome == Outcome("completed", (3.0,))
    said = (tmp_path / "runs/s-0/console.log").read_text()
    assert said == "said None more\n"


def test_several_gpus_are_handed_out_and_one_is_left_to_all(
    process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for visible, told in (("5,7", "5"), ("3", "3")):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        process.run(job(folder=f"runs/{told}", gpus=1))
        assert (tmp_path / f"runs/{told}/console.log").read_text() == f"said {told} None\n"


def test_a_job_that_takes_too_long_is_ended(process: Process) -> None:
    slow = Process(process.program, process.multirun, process.cwd, alone=False, timeout_seconds=0.5)
    outcome = slow.run(job(words=("sleep",)))
    assert outcome == Outcome("failed", reason="not done after 0.5 seconds")


def test_a_job_that_is_asked_to_stop_was_interrupted(process: Process) -> None:
    def ask(child: subprocess.Popen[bytes]) -> None:
        threading.Timer(0.5, child.send_signal, [signal.SIGTERM]).start()

    outcome = process.run(job(words=("sleep",)), ask)
    assert outcome == Outcome("interrupted", reason="stopped before the run began")


def test_the_end_of_a_process_that_has_ended_is_no_fault() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    end(child)
    assert child.returncode == 0


def test_what_belongs_to_a_rank_is_not_passed_on() -> None:
    base = {"RANK": "1", "AI_VS_HUMAN_AGREED_LIKE": "x", "WANDB_SERVICE": "x", "HOME": "/h"}
    passed = surroundings({"A": "b"}, multirun="host:1:2", threads=3, base=base)
    assert {key: passed[key] for key in ("HOME", "A", "OMP_NUM_THREADS")} == {
        "HOME": "/h",
        "A": "b",
        "OMP_NUM_THREADS": "3",
    }
    assert not {"RANK", "AI_VS_HUMAN_AGREED_LIKE", "WANDB_SERVICE"} & set(passed)


def test_what_the_user_said_of_threads_counts() -> None:
    passed = surroundings({}, multirun="h:1:", threads=3, base={"OMP_NUM_THREADS": "7"})
    assert passed["OMP_NUM_THREADS"] == "7"


def test_a_share_of_the_cores_is_never_none() -> None:
    assert threads_a_job(1) is None
    assert threads_a_job(10_000) == 1
