"""What a person calls runs to the runs, and the runs to their order."""

import os
from pathlib import Path

import pytest

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.lookup import find, find_all
from ai_vs_human.runs.registry.ranking import ranked, usual_mode
from ai_vs_human.runs.registry.scan import scan
from tests.runs.making import make_run

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


def ids(entries: list[Entry]) -> list[str]:
    return [entry.run_id for entry in entries]


def test_a_run_is_found_by_id_by_its_beginning_and_by_folder(tmp_path: Path) -> None:
    make_run(tmp_path, A)
    folder = make_run(tmp_path, f"{B}/{B}-1")
    make_run(tmp_path, f"{B}/{B}-10")
    entries = scan(str(tmp_path))

    assert find(A, entries).run_id == A
    assert find("20260101", entries).run_id == A
    assert find(f"{B}-1", entries).run_id == f"{B}-1"
    assert find(f"{folder}/", entries).run_id == f"{B}-1"
    assert find(os.path.relpath(folder), entries).run_id == f"{B}-1"


def test_a_folder_elsewhere_is_a_run_too(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "elsewhere", A, status="failed")

    found = find(str(folder), [])

    assert (found.run_id, found.task, found.status) == (A, "train", "failed")


def test_the_latest_is_the_newest_training_with_a_checkpoint(tmp_path: Path) -> None:
    make_run(tmp_path, A, checkpoint="best.ckpt")
    make_run(tmp_path, B)
    make_run(tmp_path, C, task="evaluate", checkpoint="best.ckpt")

    assert find("latest", scan(str(tmp_path))).run_id == A
    with pytest.raises(CheckpointError, match=r"(?s)kept a checkpoint.*hint: python train\.py"):
        find("latest", [])


def test_a_beginning_of_several_runs_is_refused(tmp_path: Path) -> None:
    for name in (A, B, C):
        make_run(tmp_path, name)

    with pytest.raises(CheckpointError, match=r"'2026010', which 3 runs begin with: .*aaaaaa"):
        find("2026010", scan(str(tmp_path)))


@pytest.mark.parametrize("name", ["x", ""])
def test_a_word_that_means_no_run_is_refused(tmp_path: Path, name: str) -> None:
    make_run(tmp_path, A)

    with pytest.raises(CheckpointError, match=rf"got '{name}'; the newest runs: {A}\nhint: "):
        find(name, scan(str(tmp_path)))


def test_a_slip_gets_the_nearest_id(tmp_path: Path) -> None:
    make_run(tmp_path, A)

    with pytest.raises(CheckpointError, match=f"hint: {A}"):
        find("20260101-00000-aaaaab", scan(str(tmp_path)))


def test_a_sweep_stands_for_its_runs_each_once(tmp_path: Path) -> None:
    for name in (A, f"{B}/{B}-0", f"{B}/{B}-1"):
        make_run(tmp_path, name)
    entries = scan(str(tmp_path))

    assert ids(find_all([f"{B}-1", B, A, A], entries)) == [f"{B}-1", f"{B}-0", A]


def test_only_completed_runs_that_have_the_metric_are_ranked(tmp_path: Path) -> None:
    make_run(tmp_path, "low", metrics={"val/auroc": 0.7})
    make_run(tmp_path, "high", metrics={"val/auroc": 0.9})
    make_run(tmp_path, "failed", status="failed", metrics={"val/auroc": 1.0})
    make_run(tmp_path, "without")
    entries = scan(str(tmp_path))

    assert ids(ranked(entries, "val/auroc")) == ["high", "low"]
    assert ids(ranked(entries, "val/auroc", "min")) == ["low", "high"]


@pytest.mark.parametrize(
    ("metric", "mode"),
    [
        ("val/auroc", "max"),
        ("val/loss", "min"),
        ("test/ece", "min"),
        ("energy/total_joules", "min"),
        ("train/images_per_second", "max"),
        ("test/auroc_worst_generator", "max"),
    ],
)
def test_losses_errors_and_costs_are_better_low(metric: str, mode: str) -> None:
    assert usual_mode(metric) == mode
