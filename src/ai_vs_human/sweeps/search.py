"""A study, and something that does trials, to a study with so many trials in it."""

import logging
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from ai_vs_human.errors import ConfigError, JobError
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.sweeps.attributes import INTERRUPTED, REASON, RUN, WORDS, WORKER
from ai_vs_human.sweeps.mending import mend, stale, tell
from ai_vs_human.sweeps.space import Space
from ai_vs_human.sweeps.workers import Worker

log = logging.getLogger(__name__)

_HOPELESS: Final = 3
"""Failed trials before any other: what fails in all of them will fail in the next."""

Do = Callable[[int, tuple[str, ...]], Outcome]
"""A trial's number and words to how it came out."""


@dataclass
class Search:
    """Asks the study for trials, has them done, and tells it, until there are enough.

    Attributes:
        study: with its sampler.
        space: what to vary.
        do: does a trial; several threads call it at a time if `n_jobs` is above 1.
        folder: of the sweep.
        objectives: names of metrics.
        n_trials: how many trials the study is to have in all; interrupted ones do not count.
        n_jobs: how many at a time.
        max_failure_rate: share of `n_trials` that may fail before the sweep ends.
        stop: ends the trials that run, when the sweep is stopped.
        takes_up: whether `do` goes on with what an earlier process had begun by that number.
    """

    study: Study
    space: Space
    do: Do
    folder: Path
    objectives: tuple[str, ...]
    n_trials: int
    n_jobs: int = 1
    max_failure_rate: float = 0.25
    stop: Callable[[], None] = lambda: None
    takes_up: bool = False
    _asking: Lock = field(default_factory=Lock, init=False, repr=False)
    _ended: bool = field(default=False, init=False)
    _failed_here: int = field(default=0, init=False)

    def run(self) -> None:
        """Do what is missing.

        Raises:
            JobError: if more trials failed than may.
        """
        begun = [t for t in stale(self.study) if RUN in t.user_attrs] if self.takes_up else []
        mend(self.study, self.folder, self.objectives, but=begun)
        done = len(counted(self.study))
        if done:
            log.info("%d of %d trials are done", done, self.n_trials)
        with Worker(self.study) as worker:
            self._all(iter(begun), worker.name)
        self._mind_failures()

    def _all(self, left: Iterator[FrozenTrial], worker: str) -> None:
        if self.n_jobs == 1:
            self._go_on(left, worker)  # in the main thread: signals are its own
            return
        with ThreadPoolExecutor(self.n_jobs) as pool:
            futures = [pool.submit(self._go_on, left, worker) for _ in range(self.n_jobs)]
            try:
                for future in futures:
                    future.result()
            except BaseException:  # Ctrl-C reaches this thread only
                self._ended = True
                self.stop()
                raise

    def _go_on(self, left: Iterator[FrozenTrial], worker: str) -> None:
        with self._ending():
            while (asked := self._next(left, worker)) is not None:
                trial, words = asked
                outcome = self._done(trial, words)
                with self._asking:
                    tell(self.study, trial, outcome)
                    self._failed_here += outcome.status == "failed"
                    self._say(trial, outcome)

    def _done(self, trial: FrozenTrial, words: tuple[str, ...]) -> Outcome:
        """Do a trial; what ends the sweep interrupts the trial."""
        try:
            return self.do(trial.number, words)
        except BaseException:
            tell(self.study, trial, Outcome("interrupted", reason="the sweep was stopped"))
            raise

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Where one thread ends by an error, the others begin no more trials."""
        try:
            yield
        except BaseException:
            self._ended = True
            raise

    def _next(
        self, left: Iterator[FrozenTrial], worker: str
    ) -> tuple[FrozenTrial, tuple[str, ...]] | None:
        with self._asking:
            for trial in left:
                self._claim(trial, worker, trial.user_attrs.get(WORDS, ()))
                return trial, tuple(trial.user_attrs.get(WORDS, ()))
            if (
                self._ended
                or self._is_hopeless
                or self._too_many_failed
                or self._enough(counted(self.study))
            ):
                return None
            return self._asked(worker)

    def _asked(self, worker: str) -> tuple[FrozenTrial, tuple[str, ...]] | None:
        trial = self.study.ask()
        trial.set_user_attr(WORKER, worker)  # first: what follows may be killed
        before = [t for t in counted(self.study) if t.number < trial.number]
        if self._enough(before):  # another process has asked at the same time
            self._drop(trial, "another process asked for the last trial")
            return None
        try:
            words = self.space.suggest(trial)
        except Exception as error:
            self._drop(trial, f"the search space: {error}")
            raise ConfigError(
                f"expected a search space, but got {type(error).__name__}: {error}"
                " (hydra.sweeper.params, hydra.sweeper.custom_search_space)"
            ) from error
        frozen = self.study.get_trials(deepcopy=False)[trial.number]
        self._claim(frozen, worker, words)
        return self.study.get_trials(deepcopy=False)[trial.number], words

    def _claim(self, trial: FrozenTrial, worker: str, words: object) -> None:
        storage = self.study._storage  # noqa: SLF001 -- a trial of another process has no handle
        values = {WORKER: worker, WORDS: words, RUN: f"{self.folder.name}-{trial.number}"}
        for name, value in values.items():
            storage.set_trial_user_attr(trial._trial_id, name, value)  # noqa: SLF001

    def _drop(self, trial: Trial, reason: str) -> None:
        trial.set_user_attr(INTERRUPTED, True)  # noqa: FBT003 -- Optuna's signature
        trial.set_user_attr(REASON, reason)
        self.study.tell(trial, state=TrialState.FAIL)

    def _enough(self, trials: list[FrozenTrial]) -> bool:
        return len(trials) >= self.n_trials

    def _failures(self) -> list[FrozenTrial]:
        return [t for t in counted(self.study) if t.state == TrialState.FAIL]

    @property
    def _bearable(self) -> int:
        return math.ceil(self.max_failure_rate * self.n_trials)

    @property
    def _is_hopeless(self) -> bool:
        """Whether trials of this process failed, and nothing in the study has ever worked."""
        others = (TrialState.COMPLETE, TrialState.PRUNED)
        works = self.study.get_trials(deepcopy=False, states=others)
        return self._failed_here >= _HOPELESS and not works

    @property
    def _too_many_failed(self) -> bool:
        return len(self._failures()) > self._bearable

    def _mind_failures(self) -> None:
        if self._enough(counted(self.study)) and not self._failed_here:
            return  # the sweep was done before
        failed = self._failures()
        last = f"the last: {failed[-1].user_attrs.get(REASON)}" if failed else ""
        if self._is_hopeless:
            raise JobError(
                f"expected a trial to complete, but the first {self._failed_here} failed; {last}",
                hint="mend the cause; the same command goes on",
            )
        if self._too_many_failed:
            raise JobError(
                f"expected at most {self._bearable} of {self.n_trials} trials to fail, but got"
                f" {len(failed)}; {last} (hydra.sweeper.max_failure_rate)",
                hint="mend the cause or narrow hydra.sweeper.params, and go on with a higher"
                " hydra.sweeper.max_failure_rate=",
            )

    def _say(self, trial: FrozenTrial, outcome: Outcome) -> None:
        done = [t for t in counted(self.study) if t.state.is_finished()]
        best = ""
        if outcome.status == "completed" and len(self.objectives) == 1:
            best = (
                f", best so far {self.study.best_value:.6g} (trial {self.study.best_trial.number})"
            )
        log.info(
            "trial %d %s: %d of %d done%s",
            trial.number,
            outcome.status,
            len(done),
            self.n_trials,
            best,
        )


def counted(study: Study) -> list[FrozenTrial]:
    """The trials of a study that count towards its total: those that run, and those that ended."""
    trials = study.get_trials(deepcopy=False)
    return [
        t for t in trials if t.state != TrialState.WAITING and not t.user_attrs.get(INTERRUPTED)
    ]
