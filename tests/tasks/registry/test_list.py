"""Lists, the best and single runs, as the command line prints them."""

import os
from pathlib import Path

import pytest

from tests.runs.making import make_run
from tests.tasks.registry.conftest import Ask, Say, ids

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


def test_a_list_has_a_line_for_each_run_and_counts_them(tmp_path: Path, say: Say) -> None:
    make_run(tmp_path, A, metrics={"test/auroc": 0.9}, intervals={"test/auroc": [0.85, 0.95]})
    (make_run(tmp_path, B) / "result.json").write_text("{")

    shown = say("ls")

    [good] = [line for line in shown.splitlines() if A in line]
    [bad] = [line for line in shown.splitlines() if B in line]
    assert "0.9000 [0.8500, 0.9500]" in good
    assert "unreadable" in bad
    assert "result.json: Expecting property name" in bad
    assert shown.splitlines()[-1] == "2 runs: 1 completed, 1 unreadable"


def test_a_list_for_machines_is_one_document(tmp_path: Path, ask: Ask) -> None:
    make_run(tmp_path, A, metrics={"test/auroc": 0.9}, energy={"idle": float("nan")})
    make_run(tmp_path, os.fsdecode(b"z-\xc3\xbc"), status="failed")

    document = ask("ls")

    assert document["counts"] == {"completed": 1, "failed": 1}
    assert document["runs"][0]["result"]["metrics"] == {"test/auroc": 0.9}
    assert document["runs"][0]["result"]["energy"] == {"idle": None}
    assert document["runs"][0]["started"] == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], [A, B, C]),
        (["--status", "failed", "--status", "interrupted"], [B, C]),
        (["--task", "evaluate"], [C]),
        (["--tag", "x"], [A, B]),
        (["--tag", "x", "--tag", "y"], [B]),
        (["--since", "2026-01-02"], [B, C]),
        (["--until", "2026-01-02"], [A, B]),
        (["--limit", "2"], [B, C]),
        (["--sort", "metric"], [C, B, A]),
        (["--sort", "metric", "--metric", "val/loss"], [C, A, B]),
        (["--sweep", "nix"], []),
    ],
)
def test_a_list_is_selected_sorted_and_cut(
    tmp_path: Path, ask: Ask, words: list[str], expected: list[str]
) -> None:
    one = {"test/auroc": 0.9, "val/loss": 0.5}
    other = {"test/auroc": 0.8, "val/loss": 0.1}
    make_run(tmp_path, A, tags=["x"], metrics=one)
    make_run(tmp_path, B, tags=["x", "y"], started="2026-01-02T23:00:00Z", metrics=other)
    make_run(tmp_path, C, started="2026-01-03T00:00:00Z", task="evaluate", status="interrupted")
    if "--status" in words:
        (tmp_path / "train" / B / "result.json").unlink()
        (tmp_path / "train" / B).rmdir()
        make_run(tmp_path, B, status="failed")

    assert ids(ask("ls", *words)) == expected


def test_columns_are_chosen_by_metric(tmp_path: Path, say: Say) -> None:
    make_run(tmp_path, A, metrics={"test/auroc": 0.9, "test/ece": 0.0321})

    shown = say("ls", "--metric", "test/ece")

    assert "0.0321" in shown
    assert "test/auroc" not in shown


def test_a_cut_list_still_counts_all(tmp_path: Path, say: Say) -> None:
    for name in (A, B, C):
        make_run(tmp_path, name)

    shown = say("ls", "--limit", "1")

    assert "3 runs: 3 completed\nthe last 1 are shown (--limit)" in shown
    assert A not in shown


def test_an_empty_folder_is_no_error(say: Say) -> None:
    assert say("ls") == "0 runs\n"


def test_a_run_is_shown_with_all_that_is_known(tmp_path: Path, say: Say) -> None:
    folder = make_run(tmp_path, A, status="interrupted", error="KeyboardInterrupt()")
    (folder / "provenance.json").write_text('{"commit": "c0ffee", "dirty": false}')

    shown = say("show", "20260101")

    for word in ("KeyboardInterrupt()", "c0ffee", f"resume={A}", str(folder), "result.json"):
        assert word in shown


@pytest.mark.parametrize("text", ["{", "[]", "\x00"])
def test_damaged_provenance_is_left_out(tmp_path: Path, ask: Ask, text: str) -> None:
    (make_run(tmp_path, A) / "provenance.json").write_text(text)

    document = ask("show", A)

    assert (document["provenance"], document["status"]) == ({}, "completed")
    assert set(document["files_bytes"]) == {"provenance.json", "result.json"}


def test_the_best_are_chosen_by_validation(tmp_path: Path, say: Say, ask: Ask) -> None:
    make_run(tmp_path, A, metrics={"val/auroc": 0.8, "test/auroc": 0.99})
    make_run(tmp_path, B, metrics={"val/auroc": 0.9, "test/auroc": 0.5})
    make_run(tmp_path, C, metrics={"val/auroc": 0.99}, status="failed")
    make_run(tmp_path, "again", metrics={"val/auroc": 1.0}, task="evaluate")

    assert ids(ask("best")) == [B, A]
    assert ids(ask("best", "--n", "1")) == [B]
    assert ids(ask("best", "--mode", "min")) == [A, B]
    assert ids(ask("best", "--task", "evaluate")) == ["again"]
    assert "by val/auroc, the highest first" in say("best")
    assert "flatters" not in say("best")
    assert "flatters" in say("best", "--metric", "test/auroc")


def test_the_lowest_loss_is_the_best(tmp_path: Path, ask: Ask) -> None:
    make_run(tmp_path, A, metrics={"val/loss": 0.8})
    make_run(tmp_path, B, metrics={"val/loss": 0.9})

    document = ask("best", "--metric", "val/loss")

    assert (ids(document), document["mode"]) == ([A, B], "min")
