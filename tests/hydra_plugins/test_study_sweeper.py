"""The sweeper: totals across kills, failures with their reasons, and the words of its config."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState

TOY = Path(__file__).parent / "toy" / "train.py"
STUDY = Path("outputs/train/s")
BASE = ("hydra/sweeper=optuna", "hydra/launcher=basic", "hydra.sweeper.study_name=s")
Sweep = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def sweep(tmp_path: Path) -> Sweep:
    def start(*words: str, base: tuple[str, ...] = BASE) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(TOY), "-m", *base, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return start


def study(tmp_path: Path) -> optuna.Study:
    return optuna.load_study(study_name="s", storage=f"sqlite:///{tmp_path / STUDY / 'study.db'}")


def test_failed_diverged_and_pruned_trials_are_told_apart(sweep: Sweep, tmp_path: Path) -> None:
    words = ("raise_in=[1]", "nan_in=[2]", "prune_in=[3]", "x=interval(-1,1)")
    done = sweep(*words, "hydra.sweeper.n_trials=6", "hydra.sweeper.max_failure_rate=0.5")
    assert done.returncode == 0, done.stdout + done.stderr
    trials = study(tmp_path).trials
    states = [TrialState.COMPLETE] * 6
    states[1] = states[2] = TrialState.FAIL
    states[3] = TrialState.PRUNED
    assert [trial.state for trial in trials] == states
    assert "told to fail" in trials[1].user_attrs["reason"]
    assert "expected finite numbers, but the job returned nan" in trials[2].user_attrs["reason"]
    assert "told to stop" in trials[3].user_attrs["reason"]


def test_the_total_is_a_total_and_more_can_be_asked_for(sweep: Sweep, tmp_path: Path) -> None:
    words = ("x=interval(-1,1)", "hydra.sweeper.sampler.seed=0")
    for total in (3, 3, 5):
        assert sweep(*words, f"hydra.sweeper.n_trials={total}").returncode == 0
        assert len(study(tmp_path).trials) == total
    points = [trial.params["x"] for trial in study(tmp_path).trials]
    assert len(set(points)) == 5


def test_too_many_failures_end_the_sweep_and_say_why(sweep: Sweep, tmp_path: Path) -> None:
    done = sweep("raise_in=[0,1,2,3,4,5]", "x=interval(-1,1)")
    assert done.returncode == 1
    assert len(study(tmp_path).trials) == 3
    assert "expected at most 5 of 20 trials to fail, but got 3; the last:" in done.stderr
    assert "told to fail" in done.stderr


def test_a_study_is_not_mixed_with_another_search(sweep: Sweep) -> None:
    assert sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=1").returncode == 0
    done = sweep("x=interval(-2,1)", "hydra.sweeper.n_trials=2")
    assert done.returncode == 1
    assert "expected the search that the study s began with, but got" in done.stderr


def test_the_same_command_finds_its_study_and_another_one_does_not(
    sweep: Sweep, tmp_path: Path
) -> None:
    base = BASE[:2]
    for words in (("x=interval(-1,1)",), ("x=interval(-1,1)",), ("x=interval(-1,2)",)):
        assert sweep(*words, "hydra.sweeper.n_trials=1", base=base).returncode == 0
    assert len(list((tmp_path / "outputs/train").glob("optuna-*/study.db"))) == 2


def test_a_grid_is_tried_once_and_no_more(sweep: Sweep, tmp_path: Path) -> None:
    done = sweep("hydra/sweeper/sampler=grid", "x=choice(0,1)", "devices=range(1,3)")
    assert done.returncode == 0, done.stderr
    points = {(t.params["x"], t.params["devices"]) for t in study(tmp_path).trials}
    assert points == {(x, d) for x in (0, 1) for d in (1, 2)}


def test_an_interval_is_no_grid(sweep: Sweep) -> None:
    done = sweep("hydra/sweeper/sampler=grid", "x=interval(0,1)")
    assert "expected choices and ranges for a grid, but got an interval" in done.stderr


def test_several_trials_at_a_time_in_processes(sweep: Sweep, tmp_path: Path) -> None:
    base = ("hydra/sweeper=optuna", "hydra.sweeper.study_name=s", "hydra.launcher.n_jobs=2")
    done = sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=4", "prune_in=[2]", base=base)
    assert done.returncode == 0, done.stdout + done.stderr
    trials = study(tmp_path).trials
    assert [trial.user_attrs["run"] for trial in trials] == [f"s-{n}" for n in range(4)]
    assert trials[2].state == TrialState.PRUNED
    assert trials[3].values == [pytest.approx(1 - trials[3].params["x"] ** 2)]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_ends_every_trial_and_queues_it_again(n_jobs: int, tmp_path: Path) -> None:
    base = ["hydra/sweeper=optuna", "hydra.sweeper.study_name=s", "x=interval(-1,1)"]
    words = [*base, f"hydra.launcher.n_jobs={n_jobs}", "hydra.sweeper.n_trials=2"]
    command = [sys.executable, str(TOY), "-m", *words]
    stopped = subprocess.Popen([*command, "seconds=60"], cwd=tmp_path, stderr=subprocess.PIPE)
    while len(list((tmp_path / STUDY).glob("s-*"))) < n_jobs:
        time.sleep(0.05)
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=60)
    assert b"KeyboardInterrupt" in said
    interrupted = study(tmp_path).get_trials(states=(TrialState.FAIL,))
    waiting = study(tmp_path).get_trials(states=(TrialState.WAITING,))
    assert len(interrupted) == len(waiting) == n_jobs
    assert {t.user_attrs["retry_of"] for t in waiting} == {t.number for t in interrupted}


def test_the_journal_is_a_storage(sweep: Sweep, tmp_path: Path) -> None:
    done = sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=2", "hydra.sweeper.storage=journal")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / STUDY / "study.journal").is_file()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("hydra.sweeper.direction=up", "expected minimize or maximize, but got up"),
        ("hydra.sweeper.direction=[minimize,maximize]", "expected a direction for each of figure"),
        ("hydra.sweeper.best=frame", "expected evaluate, retrain or null, but got frame"),
        ("hydra.sweeper.storage=mysql://nowhere/x", "expected a storage that can be reached"),
        ("hydra.sweeper.custom_search_space=no.such", "expected a function, but got no.such"),
        ("hydra.sweeper.pruner._target_=os.system", "expected a pruner of Optuna's, but got os"),
        ("hydra.sweeper.n_trials=many", "expected a number of trials from 1 up, but got many"),
        ("hydra.sweeper.n_jobs=0", "expected a number of trials at a time, or null, but got 0"),
        ("hydra.sweeper.max_failure_rate=lots", "expected a share from 0 to 1, but got lots"),
    ],
)
def test_wrong_words_are_named(word: str, sentence: str, sweep: Sweep) -> None:
    done = sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=1", word)
    assert done.returncode == 1
    assert sentence in done.stderr


def test_other_peoples_words_of_a_trial(sweep: Sweep, tmp_path: Path) -> None:
    """A choice may be a text with blanks and commas, and a truth value."""
    done = sweep("+word=choice('a b',true,'c,d')", "x=0.5", "hydra.sweeper.n_trials=6")
    assert done.returncode == 0, done.stderr
    trials: Any = study(tmp_path).trials
    assert {trial.state for trial in trials} == {TrialState.COMPLETE}
