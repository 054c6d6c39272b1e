"""Command lines to tasks, or to one clear message and exit code 1."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT, Run, succeeded

WRONG = {
    "model=resnt18": ("expected a member of model among", "hint: model=resnet18"),
    "model.optimizer.lrr=1": ("got model.optimizer.lrr", "hint: model.optimizer.lr="),
    "modle=npr": ("expected a key of the config, but got modle", "hint: model="),
    "data/augment=lite": ("expected a member of data/augment among", "hint: data/augment=light"),
    "foo": ("expected key=value, but got 'foo'", "hint: "),
    "trainer.max_epochs=abc": ("but got 'abc' (trainer.max_epochs=abc)", ""),
    "data.difficulty=eassy": ("got 'eassy' (data.difficulty=eassy)", "did you mean easy?"),
}


@pytest.mark.parametrize("override", WRONG)
def test_a_wrong_word_ends_in_one_message(override: str, run: Run) -> None:
    sentence, hint = WRONG[override]

    done = run("train.py", override)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert hint in done.stderr
    assert done.stderr.count("error:") == 1
    assert "Traceback" not in done.stderr + done.stdout


def test_a_folder_that_does_not_exist_is_named_with_its_key(run: Run) -> None:
    done = run("train.py", "data=folder", "data.root=/nowhere")

    assert done.returncode == 1
    assert "/nowhere" in done.stderr
    assert "data.root" in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_help_lists_the_groups_without_importing_torch(run: Run) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run("train.py", "--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    succeeded(done)
    for group in ("model:", "data:", "trainer:", "logger:", "energy:", "experiment:"):
        assert group in done.stdout
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 5, "the budget is 1.5 s on a quiet machine; torch alone needs more than 5 s"


@pytest.mark.parametrize("heavy", ["torch", "lightning", "zeus", "wandb", "torchvision", "numpy"])
def test_the_entry_imports_nothing_heavy(heavy: str) -> None:
    code = f"import sys, ai_vs_human.tasks.entry; sys.exit({heavy!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_fault_of_ours_keeps_its_traceback_on_request(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")

    assert "Traceback" in run("train.py", "model=resnt18").stderr
