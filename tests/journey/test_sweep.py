"""Sweeps of real trainings: killed and started again, failed, diverged, pruned, on two ranks."""

import json
import random
import signal
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from ai_vs_human.sweeps.attributes import INTERRUPTED, REASON, RETRY_OF, RUN
from tests.conftest import Run, succeeded
from tests.journey.conftest import Start, Zygote

QUICK = ("data.size=tiny", "callbacks=none", "logger=none", "energy=none")
SWEEP = Path("outputs/train/s")
NAMED = ("-m", "hparams_search=optuna", "hydra.sweeper.study_name=s")


def study(cwd: Path) -> optuna.Study:
    return optuna.load_study(study_name="s", storage=f"sqlite:///{cwd / SWEEP / 'study.db'}")


@pytest.mark.timeout(400)
def test_twelve_trials_three_kills_and_the_same_command_each_time(
    zygote: Zygote, tmp_path: Path
) -> None:
    words = (*NAMED, *QUICK, "hydra/launcher=basic", "trainer.max_epochs=1")
    words = (*words, "hydra.sweeper.n_trials=12", "hydra/sweeper/pruner=none")
    chance = random.Random(4)  # noqa: S311 -- instants, not secrets
    for number in (1, 5, 9):
        soon_after = {"kill": (1, chance.uniform(0, 1.0)), "points": f"{SWEEP}/s-{number}"}
        killed = zygote.train_each(Start(tmp_path), words=words, **soon_after)
        assert killed == [-signal.SIGKILL]
    assert zygote.train(tmp_path, *words) == 0, (tmp_path / "said.txt").read_text()

    trials = study(tmp_path).trials
    completed = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    lost = [trial for trial in trials if trial.state == TrialState.FAIL]
    assert len(completed) == 12
    assert len(completed) + len(lost) == len(trials)
    assert len({trial.user_attrs[RUN] for trial in completed}) == 12
    assert len({json.dumps(trial.params, sort_keys=True) for trial in completed}) == 12
    for trial in completed:
        result = json.loads((tmp_path / SWEEP / trial.user_attrs[RUN] / "result.json").read_text())
        assert result["status"] == "completed"
        assert trial.values == [result["metrics"]["val/auroc"]]
        assert "test/auroc" not in result["metrics"]
    again = {trial.user_attrs.get(RETRY_OF): trial for trial in trials}
    for trial in lost:
        assert trial.user_attrs[INTERRUPTED] is True
        assert trial.user_attrs[REASON] == "the sweep was killed"
        assert again[trial.number].params == trial.params


SPACE = '''
def space(config, trial):
    """The first trial is good; then one diverges, one is refused, one learns nothing."""
    lr, batch_size = {1: (1e30, 64), 2: (3e-3, 0), 3: (1e-9, 64)}.get(trial.number, (3e-3, 64))
    trial.suggest_float("model.optimizer.lr", lr, lr)
    trial.suggest_int("data.batch_size", batch_size, batch_size)
'''


@pytest.mark.timeout(300)
def test_trials_that_fail_diverge_or_are_pruned_do_not_end_the_sweep(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spaces_of_mine.py").write_text(SPACE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    words = [*NAMED, *QUICK, "hydra.sweeper.params=null", "trainer.max_epochs=8"]
    words += ["hydra.sweeper.custom_search_space=spaces_of_mine.space", "hydra.sweeper.n_trials=5"]
    words += ["hydra.sweeper.pruner.n_startup_trials=1", "hydra.sweeper.max_failure_rate=0.5"]
    done = run("train.py", *words, "hydra/launcher=joblib", "hydra.launcher.n_jobs=1")
    succeeded(done)
    good, diverged, broken, pruned, last = study(tmp_path).trials
    assert (good.state, last.state) == (TrialState.COMPLETE, TrialState.COMPLETE)
    assert (diverged.state, broken.state) == (TrialState.FAIL, TrialState.FAIL)
    assert "expected finite" in diverged.user_attrs[REASON]
    assert "data.batch_size" in broken.user_attrs[REASON]
    assert pruned.state == TrialState.PRUNED
    assert 0 < len(pruned.intermediate_values) < 8
    assert len(good.intermediate_values) == 8
    said = json.loads((tmp_path / SWEEP / "s-3" / "result.json").read_text())
    assert (said["status"], said["metrics"].keys() & {"val/auroc"}) == ("pruned", {"val/auroc"})


@pytest.mark.timeout(300)
def test_a_multirun_of_two_ranks_is_one_run_a_job_with_one_set_of_values(
    run: Run, tmp_path: Path
) -> None:
    words = ["trainer=ddp_sim", "trainer.max_epochs=2", "hydra.sweeper.n_trials=2"]
    quick = [word for word in QUICK if not word.startswith("logger")]
    done = run("train.py", *NAMED, *quick, *words, "hydra.sweeper.pruner.n_startup_trials=0")
    succeeded(done)
    folders = sorted(path for path in (tmp_path / SWEEP).iterdir() if path.name.startswith("s-"))
    assert [folder.name for folder in folders] == ["s-0", "s-1"]
    assert list((tmp_path / "outputs" / "train").iterdir()) == [tmp_path / SWEEP]
    for trial, folder in zip(study(tmp_path).trials, folders, strict=True):
        config = (folder / "config.yaml").read_text()
        assert f"lr: {trial.params['model.optimizer.lr']!r}" in config
        result = json.loads((folder / "result.json").read_text())
        assert result["status"] in {"completed", "pruned"}
        assert len(list(folder.glob("csv/metrics*.csv"))) == 1
        assert len(trial.intermediate_values) > 0
