"""A sweep of two objectives on synthetic counters: quality against joules."""

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState
from zeus.device.cpu import rapl

from ai_vs_human.sweeps.attributes import REASON
from tests.callbacks.energy.conftest import no_counters, tree  # noqa: F401 -- fixtures
from tests.callbacks.energy.rapl_tree import RaplTree

WORDS = (
    *("-m", "hparams_search=optuna_energy", "hydra.sweeper.study_name=s", "hydra/launcher=basic"),
    *(
        "data.size=tiny",
        "callbacks=none",
        "logger=none",
        "trainer=cpu",
        "trainer.max_epochs=1",
        "audit=off",
    ),
    *("hydra.sweeper.n_trials=4", "hydra.sweeper.max_failure_rate=0.5"),
    *("hydra.sweeper.params=null", "hydra.sweeper.custom_search_space=" + __name__ + ".space"),
)
WATTS = 1_000_000
"""What the package draws while this process computes: joules of whole trainings are far apart."""

HIDDEN, LOST = 1, 3
"""Trials: the counter cannot be read, and it vanishes while the trial trains."""


class Turn:
    """The trial that runs, and how often its counter was read."""

    trial = -1
    readings = 0


def space(_: Any, trial: optuna.Trial) -> None:
    """A learning rate, and the number of the trial that runs, for the counter below."""
    Turn.trial, Turn.readings = trial.number, 0
    trial.suggest_float("model.optimizer.lr", 1e-3, 1e-2, log=True)


def counter(path: str, mode: str = "r") -> Any:
    """The kernel's files, of which the counter rises with the time that this process computes."""
    if not path.endswith("energy_uj"):
        return open(path, mode)  # noqa: PTH123 -- stands for the builtin
    Turn.readings += 1
    if Turn.trial == HIDDEN:
        raise PermissionError(13, "Permission denied", path)
    if Turn.trial == LOST and Turn.readings > 4:
        raise OSError(19, "No such device", path)
    return io.StringIO(f"{round(time.process_time() * WATTS * 1e6) % 10**18}\n")


def study(cwd: Path) -> optuna.Study:
    storage = f"sqlite:///{cwd / 'outputs/train/s/study.db'}"
    return optuna.load_study(study_name="s", storage=storage)


def test_a_front_of_quality_and_joules_holds_no_trial_whose_joules_are_not_known(
    tree: RaplTree,  # noqa: F811
    tmp_path: Path,
    start: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree.add("package-0", wrap=10**18)
    monkeypatch.setattr(rapl, "open", counter, raising=False)
    start("train.py", *WORDS)

    first, hidden, second, lost = study(tmp_path).trials
    assert (first.state, second.state) == (TrialState.COMPLETE, TrialState.COMPLETE)
    assert (hidden.state, lost.state) == (TrialState.FAIL, TrialState.FAIL)
    assert hidden.user_attrs[REASON].startswith("expected a counter to measure energy with")
    assert "joules of cpu were missed, so energy/total_joules is too" in lost.user_attrs[REASON]
    for trial in (first, second):
        assert trial.values == figures(tmp_path, trial)
        assert trial.values[1] > 0
    assert figures(tmp_path, lost)[1] < min(first.values[1], second.values[1])
    assert front(tmp_path) == {t.number for t in undominated(first, second)}


def figures(cwd: Path, trial: FrozenTrial) -> list[float]:
    """What the trial's own run wrote down."""
    result = json.loads((cwd / "outputs/train/s" / f"s-{trial.number}" / "result.json").read_text())
    return [result["metrics"][name] for name in ("val/auroc", "energy/total_joules")]


def front(cwd: Path) -> set[int]:
    return {trial.number for trial in study(cwd).best_trials}


def undominated(*trials: FrozenTrial) -> list[FrozenTrial]:
    def beats(one: FrozenTrial, other: FrozenTrial) -> bool:
        (quality, joules), (less, more) = one.values, other.values
        return quality >= less and joules <= more and one.values != other.values

    return [trial for trial in trials if not any(beats(other, trial) for other in trials)]
