"""The sweeper: totals across kills, failures with their reasons, and the words of its config."""

import logging
import re
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest
from hydra.core.global_hydra import GlobalHydra
from optuna.trial import TrialState

from ai_vs_human.errors import ConfigError, JobError
from ai_vs_human.tasks.sweep import shared_counters

TOY = Path(__file__).parent / "toy" / "train.py"
STUDY = Path("outputs/train/s")
BASE = ("hydra/sweeper=optuna", "hydra/launcher=basic", "hydra.sweeper.study_name=s")
SEED = "hydra.sweeper.sampler.seed=0"
Sweep = Callable[..., None]


@pytest.fixture
def sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sweep]:
    """Run the toy inside this process: as a command, without the seconds of imports."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def here(*words: str, base: tuple[str, ...] = BASE) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", [str(TOY), "-m", *base, *words])
        GlobalHydra.instance().clear()
        runpy.run_path(str(TOY), run_name="__main__")

    yield here
    root.handlers[:] = handlers
    root.setLevel(level)


def study(tmp_path: Path) -> optuna.Study:
    return optuna.load_study(study_name="s", storage=f"sqlite:///{tmp_path / STUDY / 'study.db'}")


def test_failed_diverged_and_pruned_trials_are_told_apart(sweep: Sweep, tmp_path: Path) -> None:
    words = ("raise_in=[1]", "nan_in=[2]", "prune_in=[3]", "x=interval(-1,1)")
    sweep(*words, "hydra.sweeper.n_trials=6", "hydra.sweeper.max_failure_rate=0.5")
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
        sweep(*words, f"hydra.sweeper.n_trials={total}")
        assert len(study(tmp_path).trials) == total
    points = [trial.params["x"] for trial in study(tmp_path).trials]
    assert len(set(points)) == 5


def test_too_many_failures_end_the_sweep_and_say_why(sweep: Sweep, tmp_path: Path) -> None:
    message = "expected a trial to complete, but the first 3 failed; the last: .*told to fail"
    with pytest.raises(JobError, match=message):
        sweep("raise_in=[0,1,2]", "x=interval(-1,1)")
    assert len(study(tmp_path).trials) == 3


def test_trials_beside_each_other_are_not_judged_by_each_other_s_joules(
    sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counters, "RAPL", (tmp_path,))
    base = ("hydra/sweeper=optuna", "hydra/launcher=process", "hydra.launcher.n_jobs=2")
    words = ("x=interval(-1,1)", "+energy.cpu=true", "optimized_metric=energy/total_joules")
    message = "one trial at a time, since each counts the CPUs whole .* but got 2"
    with pytest.raises(ConfigError, match=message):
        sweep(*words, base=base)


def test_a_study_is_not_mixed_with_another_search(sweep: Sweep) -> None:
    sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=1")
    message = "expected the search that the study s began with, but got"
    with pytest.raises(ConfigError, match=message):
        sweep("x=interval(-2,1)", "hydra.sweeper.n_trials=2")


def test_the_same_command_finds_its_study_and_another_one_does_not(
    sweep: Sweep, tmp_path: Path
) -> None:
    base = BASE[:2]
    for words in (("x=interval(-1,1)",), ("x=interval(-1,1)",), ("x=interval(-1,2)",)):
        sweep(*words, "hydra.sweeper.n_trials=1", base=base)
    assert len(list((tmp_path / "outputs/train").glob("optuna-*/study.db"))) == 2


def test_a_grid_is_tried_once_and_no_more(sweep: Sweep, tmp_path: Path) -> None:
    sweep("hydra/sweeper/sampler=grid", "x=choice(0,1)", "devices=range(1,3)")
    points = {(t.params["x"], t.params["devices"]) for t in study(tmp_path).trials}
    assert points == {(x, d) for x in (0, 1) for d in (1, 2)}


def test_an_interval_is_no_grid(sweep: Sweep) -> None:
    message = "expected choices and ranges for a grid, but got an interval"
    with pytest.raises(ConfigError, match=message):
        sweep("hydra/sweeper/sampler=grid", "x=interval(0,1)")


def test_several_trials_at_a_time_in_processes(
    sweep: Sweep, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    base = ("hydra/sweeper=optuna", "hydra.sweeper.study_name=s", "hydra.launcher.n_jobs=2")
    words = ("x=interval(-1,1)", "hydra.sweeper.n_trials=4", "prune_in=[2]", "+token=hunter22")
    sweep(*words, base=base)
    said = "".join(capfd.readouterr())
    assert "#3: prune_in=[2] +token=*** x=" in said
    assert "hunter22" not in said
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
    sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=2", "hydra.sweeper.storage=journal")
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
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=1", word)


def test_other_peoples_words_of_a_trial(sweep: Sweep, tmp_path: Path) -> None:
    """A choice may be a text with blanks and commas, and a truth value."""
    sweep("+word=choice('a b',true,'c,d')", "x=0.5", "hydra.sweeper.n_trials=6")
    trials: Any = study(tmp_path).trials
    assert {trial.state for trial in trials} == {TrialState.COMPLETE}


def test_the_address_of_a_database_stays_out_of_the_log(
    sweep: Sweep, capfd: pytest.CaptureFixture[str]
) -> None:
    """It may have a password; Hydra's own launcher logs the words of a job."""
    sweep("x=interval(-1,1)", "hydra.sweeper.n_trials=1", "hydra.sweeper.storage=sqlite:///own.db")
    said = "".join(capfd.readouterr())
    assert "#0 : x=" in said
    assert "own.db" not in said


def test_another_best_trial_is_trained_again_too(sweep: Sweep, tmp_path: Path) -> None:
    base = ("hydra/sweeper=optuna", "hydra.sweeper.study_name=s", "hydra.sweeper.best=retrain")
    words = ("x=range(0,2)", "+test=false", "+resume=null", "hydra/sweeper/sampler=grid", SEED)
    for total in (1, 2):
        sweep(*words, f"hydra.sweeper.n_trials={total}", base=base)
    assert study(tmp_path).best_trial.number == 1  # not that of the first command
    assert {p.name for p in (tmp_path / STUDY).glob("*-best")} == {"s-0-best", "s-1-best"}
