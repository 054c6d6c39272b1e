"""Trials that nobody works on any more to what became of them.

A sweep that is killed leaves trials behind that say they are running.
"""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from optuna.exceptions import UpdateFinishedTrialError
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from ai_vs_human.errors import CheckpointError
from ai_vs_human.jobs.outcome import Outcome, judged
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.local import LocalStorage
from ai_vs_human.sweeps.attributes import INTERRUPTED, REASON, RETRY_OF, RUN, WORKER
from ai_vs_human.sweeps.workers import lives

log = logging.getLogger(__name__)

_RETRIES: Final = 5
"""How often a point is tried again: it may be what ends the sweep, by the machine's memory."""
_PATIENCE_SECONDS: Final = 60.0
"""For jobs that outlive their sweep: they see its end and write their last words."""
_POLL_SECONDS: Final = 0.5


def stale(study: Study) -> list[FrozenTrial]:
    """Trials that are said to run, and whose worker is gone."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    return [t for t in running if not lives(t.user_attrs.get(WORKER), study, time.time())]


def mend(
    study: Study, folder: Path, objectives: tuple[str, ...], but: Sequence[FrozenTrial] = ()
) -> None:
    """Tell the study what became of stale trials, and have the interrupted ones tried again.

    Args:
        study: to mend.
        folder: of the sweep; a trial's run lies in it.
        objectives: names of metrics.
        but: trials that somebody will go on with.
    """
    kept = {trial.number for trial in but}
    for trial in [one for one in stale(study) if one.number not in kept]:
        run = folder / str(trial.user_attrs.get(RUN, ""))
        outcome = left_behind(run, objectives) if RUN in trial.user_attrs else None
        if outcome is not None:
            log.info("trial %d had come to its end: %s", trial.number, outcome.status)
        tell(study, trial, outcome or Outcome("interrupted", reason="the sweep was killed"))


def left_behind(run: Path, objectives: tuple[str, ...]) -> Outcome | None:
    """How a run of a killed sweep came out; None where it did not come to an end."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            entry = Entry.read(LocalStorage(str(run)), str(run), "train")
        except (FileNotFoundError, NotADirectoryError, CheckpointError):
            return None
        if entry.status != "running" or time.monotonic() > deadline:
            break
        time.sleep(_POLL_SECONDS)
    if entry.result is None or entry.result.status in {"running", "interrupted"}:
        return None
    return judged(entry.result, objectives)


def tell(study: Study, trial: FrozenTrial, outcome: Outcome) -> None:
    """Record how a trial ended; another worker may have done so already.

    An interrupted one is queued again first: a kill in between must not lose it. One that never
    gets to its end has failed, or a sweep whose every job is stopped would go on for ever.
    """
    if outcome.status == "interrupted" and (tries := _tries(study, trial)) > _RETRIES:
        outcome = Outcome("failed", reason=f"interrupted {tries} times: {outcome.reason}")
    elif outcome.status == "interrupted":
        _queue_again(study, trial)
    recorded(lambda: _record(study, trial, outcome))


def _record(study: Study, trial: FrozenTrial, outcome: Outcome) -> None:
    storage = study._storage  # noqa: SLF001 -- a trial of another process has no public handle
    if outcome.reason is not None:
        storage.set_trial_user_attr(trial._trial_id, REASON, outcome.reason)  # noqa: SLF001
    if outcome.status == "interrupted":
        storage.set_trial_user_attr(trial._trial_id, INTERRUPTED, True)  # noqa: FBT003, SLF001
    if outcome.status == "completed":
        study.tell(trial.number, list(outcome.values))
    else:
        state = TrialState.PRUNED if outcome.status == "pruned" else TrialState.FAIL
        study.tell(trial.number, state=state)


def recorded(action: Callable[[], None]) -> None:
    """Do what cannot be done twice, unless another worker has done it."""
    try:
        action()
    except UpdateFinishedTrialError:
        log.info("another process has told that trial already")
    except ValueError as error:
        if "finished trial" not in str(error):
            raise


def _tries(study: Study, trial: FrozenTrial) -> int:
    """How often the point of a trial was begun, this time included."""
    trials = study.get_trials(deepcopy=False)
    tries = 1
    while (before := trial.user_attrs.get(RETRY_OF)) is not None:
        tries, trial = tries + 1, trials[before]
    return tries


def _queue_again(study: Study, trial: FrozenTrial) -> None:
    trials = study.get_trials(deepcopy=False)
    if not any(one.user_attrs.get(RETRY_OF) == trial.number for one in trials):
        study.enqueue_trial(trial.params, user_attrs={RETRY_OF: trial.number})
