"""A search counts what counts, tries again what was interrupted, and proposes no point twice."""

import json
import threading
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.samplers import RandomSampler, TPESampler
from optuna.trial import TrialState

from ai_vs_human.errors import ConfigError, JobError
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.runs.result import Result
from ai_vs_human.sweeps.attributes import INTERRUPTED, REASON, RETRY_OF, RUN, WORKER
from ai_vs_human.sweeps.mending import mend
from ai_vs_human.sweeps.sampler import AddressedSampler
from ai_vs_human.sweeps.search import Do, Search, counted
from ai_vs_human.sweeps.space import Space

optuna.logging.set_verbosity(optuna.logging.WARNING)
SPACE = Space({"x": FloatDistribution(-1, 1)}, fixed=["test=false"])


def square(number: int, words: tuple[str, ...]) -> Outcome:
    assert words[0] == "test=false"
    x = float(words[1].partition("=")[2])
    return Outcome("completed", (1 - x**2,))


def opened(tmp_path: Path, seed: int = 0) -> optuna.Study:
    return optuna.create_study(
        study_name="s",
        storage=f"sqlite:///{tmp_path / 'study.db'}",
        sampler=AddressedSampler(lambda s: TPESampler(seed=s, n_startup_trials=4), seed),
        direction="maximize",
        load_if_exists=True,
    )


def search(tmp_path: Path, study: optuna.Study, do: Do = square, **more: Any) -> Search:
    return Search(
        study=study,
        space=SPACE,
        do=do,
        folder=tmp_path,
        objectives=("figure",),
        **({"n_trials": 6} | more),
    )


def test_the_study_gets_so_many_trials_and_not_one_more(tmp_path: Path) -> None:
    for _ in range(2):
        search(tmp_path, opened(tmp_path)).run()
    trials = opened(tmp_path).trials
    assert [trial.state for trial in trials] == [TrialState.COMPLETE] * 6
    assert [trial.user_attrs[RUN] for trial in trials] == [f"{tmp_path.name}-{n}" for n in range(6)]


def test_a_search_in_parts_proposes_what_a_whole_one_does(tmp_path: Path) -> None:
    """No point twice for want of a sampler's state: chance belongs to the trial's number."""
    points = []
    for name, parts in (("whole", [6]), ("parts", [2, 5, 6])):
        folder = tmp_path / name
        folder.mkdir()
        for total in parts:
            search(folder, opened(folder), n_trials=total).run()
        points.append([trial.params["x"] for trial in opened(folder).trials])
    assert points[0] == points[1]
    assert len(set(points[0])) == 6


def killed(tmp_path: Path, study: optuna.Study, status: str | None) -> float:
    """A trial as a killed sweep leaves it: running, and no worker of that name lives."""
    trial = study.ask({"x": FloatDistribution(-1, 1)})
    trial.set_user_attr(WORKER, "elsewhere:1::00")
    trial.set_user_attr(RUN, f"{tmp_path.name}-{trial.number}")
    if status is not None:
        folder = tmp_path / f"{tmp_path.name}-{trial.number}"
        folder.mkdir()
        result = Result(folder.name, "train", status, metrics={"figure": 0.25})  # type: ignore[arg-type]
        result.started = "2020-01-01T00:00:00+00:00"
        result.write(folder)
    return float(trial.params["x"])


@pytest.mark.parametrize("status", ["running", "interrupted", None])
def test_an_interrupted_trial_is_failed_and_its_point_tried_again(
    status: str | None, tmp_path: Path
) -> None:
    study = opened(tmp_path)
    x = killed(tmp_path, study, status)
    search(tmp_path, study, n_trials=3).run()
    trials = study.trials
    assert trials[0].state == TrialState.FAIL
    assert trials[0].user_attrs[INTERRUPTED] is True
    assert trials[0].user_attrs[REASON] == "the sweep was killed"
    assert trials[1].user_attrs[RETRY_OF] == 0
    assert trials[1].params["x"] == x
    assert [trial.state for trial in trials[1:]] == [TrialState.COMPLETE] * 3
    assert trials[1].user_attrs[RUN] != trials[0].user_attrs[RUN]


def test_a_run_that_ended_before_its_sweep_was_killed_is_kept(tmp_path: Path) -> None:
    study = opened(tmp_path)
    killed(tmp_path, study, "completed")
    killed(tmp_path, study, "pruned")
    killed(tmp_path, study, "failed")
    search(tmp_path, study, n_trials=3).run()
    states = [trial.state for trial in study.trials]
    assert states == [TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL]
    assert study.trials[0].values == [0.25]


def test_what_hangs_the_machine_is_not_tried_for_ever(tmp_path: Path) -> None:
    study = opened(tmp_path)
    killed(tmp_path, study, None)
    for _ in range(8):
        mend(study, tmp_path, ("figure",))
        waiting = study.get_trials(states=(TrialState.WAITING,))
        if not waiting:
            break
        killed(tmp_path, study, None)  # takes the queued point, and dies
    assert len(study.trials) == 6
    assert len({trial.params["x"] for trial in study.trials}) == 1
    [failed] = counted(study)
    assert failed.user_attrs[REASON] == "interrupted 6 times: the sweep was killed"


def test_trials_of_a_living_worker_are_left_alone(tmp_path: Path) -> None:
    study = opened(tmp_path)
    begun, go_on = threading.Event(), threading.Event()

    def slow(number: int, words: tuple[str, ...]) -> Outcome:
        begun.set()
        go_on.wait(20)
        return square(number, words)

    first = threading.Thread(target=search(tmp_path, study, slow, n_trials=2).run)
    first.start()
    begun.wait(20)
    search(tmp_path, opened(tmp_path), n_trials=2).run()  # a second process
    go_on.set()
    first.join()
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 2


def test_several_at_a_time_are_as_many_as_were_asked_for(tmp_path: Path) -> None:
    study = opened(tmp_path)
    search(tmp_path, study, n_trials=12, n_jobs=4).run()
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 12
    assert len({trial.params["x"] for trial in study.trials}) == 12


def test_two_processes_at_once_do_not_exceed_the_total(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=search(tmp_path, opened(tmp_path), n_trials=10).run)
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counted(opened(tmp_path))) == 10


def test_failures_up_to_the_rate_are_recorded_and_more_end_the_search(tmp_path: Path) -> None:
    study = opened(tmp_path)

    def some(number: int, words: tuple[str, ...]) -> Outcome:
        failed = Outcome("failed", reason=f"no luck with {number}")
        return failed if number in {1, 4, 5} else square(number, words)

    search(tmp_path, study, some, n_trials=6, max_failure_rate=0.5).run()
    reasons = [trial.user_attrs.get(REASON) for trial in study.trials]
    assert reasons[4:] == ["no luck with 4", "no luck with 5"]
    message = r"expected at most 2 of 6 trials to fail, but got 3; the last: no luck with 5"
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(JobError, match=message):
        search(other, opened(other), some, n_trials=6, max_failure_rate=0.3).run()


def test_what_fails_three_times_before_anything_works_ends_the_search(tmp_path: Path) -> None:
    study = opened(tmp_path)
    with pytest.raises(JobError, match="the last: always"):
        search(tmp_path, study, lambda *_: Outcome("failed", reason="always"), n_trials=100).run()
    assert len(study.trials) == 3
    search(tmp_path, study, n_trials=12).run()  # the cause is mended
    assert len(study.trials) == 12


def test_a_total_that_is_lowered_ends_a_search_without_a_word(tmp_path: Path) -> None:
    study = opened(tmp_path)

    def some(number: int, words: tuple[str, ...]) -> Outcome:
        return Outcome("failed", reason="x") if number in {1, 2} else square(number, words)

    search(tmp_path, study, some, n_trials=8).run()
    search(tmp_path, study, some, n_trials=3).run()


def test_ctrl_c_interrupts_the_trial_and_queues_it(tmp_path: Path) -> None:
    study = opened(tmp_path)

    def stopped(number: int, words: tuple[str, ...]) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(tmp_path, study, stopped).run()
    assert [trial.state for trial in study.trials] == [TrialState.FAIL, TrialState.WAITING]
    search(tmp_path, study).run()
    assert study.trials[1].params == study.trials[0].params


def test_a_launcher_that_takes_up_its_jobs_goes_on_with_the_same_trial(tmp_path: Path) -> None:
    """A cloud's job lives on when the sweep is killed: it is waited for, not done twice."""
    study = opened(tmp_path)
    x = killed(tmp_path, study, None)
    storage = study._storage
    storage.set_trial_user_attr(study.trials[0]._trial_id, "words", ["test=false", f"x={x!r}"])
    search(tmp_path, study, n_trials=2, takes_up=True).run()
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 2
    assert study.trials[0].values == [1 - x**2]


def test_a_trial_that_was_killed_before_it_had_words_is_not_taken_up(tmp_path: Path) -> None:
    """It would be trained with the default values, and count as what was proposed."""
    study = opened(tmp_path)
    study.ask({"x": FloatDistribution(-1, 1)}).set_user_attr(WORKER, "elsewhere:1::00")
    search(tmp_path, study, n_trials=1, takes_up=True).run()
    lost, again = study.trials
    assert (lost.state, lost.user_attrs[INTERRUPTED]) == (TrialState.FAIL, True)
    assert (again.state, again.params) == (TrialState.COMPLETE, lost.params)


def test_a_search_space_that_raises_ends_the_search_and_counts_for_nothing(tmp_path: Path) -> None:
    study = opened(tmp_path)
    wrong = search(tmp_path, study)
    wrong.space = Space(extend=lambda trial: json.loads("{"))
    with pytest.raises(ConfigError, match="expected a search space, but got JSONDecodeError"):
        wrong.run()
    assert counted(study) == []


def test_chance_of_two_trials_is_not_the_same() -> None:
    sampler = AddressedSampler(lambda seed: RandomSampler(seed=seed), 0)
    study = optuna.create_study(sampler=sampler)
    points = [study.ask({"x": FloatDistribution(0, 1)}).params["x"] for _ in range(50)]
    assert len(set(points)) == 50
    assert 0.3 < sum(points) / 50 < 0.7


def test_a_sweep_whose_every_job_is_stopped_comes_to_an_end(tmp_path: Path) -> None:
    """By a guard of the machine, say: none of its trials would ever count."""
    begun: list[int] = []

    def stopped(number: int, _: object) -> Outcome:
        begun.append(number)
        assert len(begun) < 50
        return Outcome("interrupted", reason="SIGTERM")

    with pytest.raises(JobError, match="got 3; the last: interrupted 6 times: SIGTERM"):
        search(tmp_path, opened(tmp_path), stopped).run()
    assert len(begun) == 18
