"""Command lines to tasks, or to one clear message and exit code 1."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT, Run, succeeded

MANY = (
    "model.optimizer.lrr=1",
    "model=resnt18",
    "data.difficulty=eassy",
    "callbacks.checkpoint.monitr=x",
    "+callbacks.mine._target_=nowhere.Nothing",
)
BUDGET_SECONDS = 5
"""Of CPU; on a quiet machine 1.5 s are enough, and torch and Lightning alone take over 8 s."""


def spent_seconds(run: Run, *words: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Start `train.py` and measure its CPU time."""
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run("train.py", *words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("words", [("bad=1",), ("trainer.max_epochs=abc",), MANY])
def test_a_wrong_word_is_answered_without_importing_torch(words: tuple[str, ...], run: Run) -> None:
    done, seconds = spent_seconds(run, *words)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert seconds < BUDGET_SECONDS


def test_help_lists_the_groups_without_importing_torch(run: Run) -> None:
    done, seconds = spent_seconds(run, "--help")

    succeeded(done)
    for group in ("model:", "data:", "trainer:", "logger:", "energy:", "experiment:"):
        assert group in done.stdout
    assert seconds < BUDGET_SECONDS


def test_a_folder_that_does_not_exist_is_named_with_its_key(run: Run) -> None:
    done = run("train.py", "data=folder", "data.root=/nowhere")

    assert done.returncode == 1
    assert "/nowhere" in done.stderr
    assert "data.root" in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize("heavy", ["torch", "lightning", "zeus", "wandb", "torchvision", "numpy"])
def test_the_entry_imports_nothing_heavy(heavy: str) -> None:
    code = f"import sys, ai_vs_human.tasks.entry; sys.exit({heavy!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_what_cannot_be_composed_is_shown_with_its_traceback_on_request(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")

    assert "Traceback" in run("train.py", "model=resnt18").stderr


def test_a_config_with_faulty_values_can_still_be_looked_at(run: Run) -> None:
    done = run("train.py", "--cfg", "job", "trainer.max_epochs=abc")

    succeeded(done)
    assert "max_epochs: abc" in done.stdout
