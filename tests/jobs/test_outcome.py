"""What a job's folder and its process' end say of how it came out."""

from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.jobs.outcome import CONSOLE_NAME, Outcome, outcome_of
from ai_vs_human.runs.result import RESULT_NAME, Result


def written(folder: Path, status: Any, **values: Any) -> None:
    Result(folder.name, "train", status, **values).write(folder)


def test_a_completed_run_gives_its_figures_in_order(tmp_path: Path) -> None:
    written(tmp_path, "completed", metrics={"a": 1.0, "b": 2.0})
    assert outcome_of(tmp_path, ["b", "a"], 0) == Outcome("completed", (2.0, 1.0))


def test_a_completed_run_without_the_figure_has_failed(tmp_path: Path) -> None:
    written(tmp_path, "completed", metrics={"a": 1.0, "b": float("nan")})
    outcome = outcome_of(tmp_path, ["a", "b"], 0)
    assert outcome == Outcome("failed", reason="the run has no b (optimized_metric)")


@pytest.mark.parametrize(
    ("objectives", "status"), [(["a", "energy/b"], "failed"), (["a"], "completed")]
)
def test_joules_that_were_not_all_counted_are_no_figure_to_win_by(
    objectives: list[str], status: str, tmp_path: Path
) -> None:
    metrics = {"a": 1.0, "energy/b": 0.5}
    written(tmp_path, "completed", metrics=metrics, energy={"partial": ["cpu"]})
    outcome = outcome_of(tmp_path, objectives, 0)

    said = "joules of cpu were missed, so energy/b is too small (optimized_metric)"
    assert (outcome.status, outcome.reason) == (status, said if status == "failed" else None)


def test_a_counter_that_did_not_move_is_no_figure_to_win_by(tmp_path: Path) -> None:
    written(tmp_path, "completed", metrics={"a": 0.0, "energy/total_joules": 0.0}, energy={})
    assert outcome_of(tmp_path, ["a"], 0) == Outcome("completed", (0.0,))
    said = "energy/total_joules is not above 0: the counter did not move (optimized_metric)"
    assert outcome_of(tmp_path, ["a", "energy/total_joules"], 0) == Outcome("failed", reason=said)


@pytest.mark.parametrize("status", ["completed", "pruned"])
def test_a_run_that_was_refused_has_not_the_figures_of_an_earlier_one(
    status: Any, tmp_path: Path
) -> None:
    written(tmp_path, status, metrics={"a": 1.0})
    (tmp_path / CONSOLE_NAME).write_text("error: expected a folder without a run, but got one\n")
    outcome = outcome_of(tmp_path, ["a"], 1)
    assert outcome == Outcome("failed", reason="expected a folder without a run, but got one")


@pytest.mark.parametrize("status", ["pruned", "failed", "interrupted"])
def test_how_a_run_ended_is_its_own_word(status: Any, tmp_path: Path) -> None:
    written(tmp_path, status, error="as it said", metrics={"a": 1.0})
    assert outcome_of(tmp_path, ["a"], 0) == Outcome(status, reason="as it said")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (-9, "SIGKILL, as it does when memory runs out, ended the process before the run did"),
        (-11, "SIGSEGV ended the process before the run did"),
        (3, "the process ended with exit code 3 before the run did"),
        (None, "the process ended before the run did"),
    ],
)
def test_a_run_that_died_says_how(code: int | None, reason: str, tmp_path: Path) -> None:
    written(tmp_path, "running")
    assert outcome_of(tmp_path, ["a"], code) == Outcome("failed", reason=reason)


def test_a_process_that_never_began_a_run_is_quoted(tmp_path: Path) -> None:
    text = "Traceback\n\nerror: expected a folder, but got none (data.root)\nhint: data.root=x\n\n"
    (tmp_path / CONSOLE_NAME).write_text(text)
    outcome = outcome_of(tmp_path, [], 1)
    assert outcome == Outcome("failed", reason="expected a folder, but got none (data.root)")


@pytest.mark.parametrize("code", [75, 130, -15, -2])
def test_a_process_that_was_stopped_before_its_run_began(code: int, tmp_path: Path) -> None:
    expected = Outcome("interrupted", reason="stopped before the run began")
    assert outcome_of(tmp_path, [], code) == expected


def test_without_a_word_the_exit_code_is_told(tmp_path: Path) -> None:
    reason = "the process ended with exit code 1 before the run began"
    assert outcome_of(tmp_path, [], 1) == Outcome("failed", reason=reason)


def test_a_result_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / RESULT_NAME).write_text("{")
    outcome = outcome_of(tmp_path, [], 0)
    assert outcome.status == "failed"
    assert "expected a run's result" in str(outcome.reason)
