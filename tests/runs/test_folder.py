"""Runs by id, by folder and by being the latest."""

from pathlib import Path

import pytest

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.folder import best_checkpoint, find_run
from ai_vs_human.runs.result import Result, read_result


def make_run(output: Path, run_id: str, *, checkpoint: str | None = "best.ckpt") -> Path:
    folder = output / "train" / run_id
    folder.mkdir(parents=True)
    Result(run_id=run_id, task="train", checkpoint=checkpoint).write(folder)
    return folder


def test_the_latest_run_is_the_newest_with_a_checkpoint(tmp_path: Path) -> None:
    make_run(tmp_path, "20260101-000000-aaaaaa")
    newest = make_run(tmp_path, "20260102-000000-aaaaaa")
    make_run(tmp_path, "20260103-000000-aaaaaa", checkpoint=None)

    assert find_run("latest", tmp_path) == newest


def test_the_newest_of_all_may_lack_a_checkpoint(tmp_path: Path) -> None:
    make_run(tmp_path, "20260101-000000-aaaaaa")
    newest = make_run(tmp_path, "20260103-000000-aaaaaa", checkpoint=None)

    assert find_run("latest", tmp_path, usable=False) == newest


def test_a_run_is_found_by_id_inside_a_sweep_and_by_folder(tmp_path: Path) -> None:
    run = make_run(tmp_path, "20260101-000000-aaaaaa/20260101-000000-aaaaaa-1")

    assert find_run("20260101-000000-aaaaaa-1", tmp_path) == run
    assert find_run(str(run), tmp_path) == run


def test_no_run_at_all_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"(?s)finished training run.*hint: python train\.py"):
        find_run("latest", tmp_path)


def test_a_wrong_id_shows_the_newest(tmp_path: Path) -> None:
    make_run(tmp_path, "20260101-000000-aaaaaa")

    with pytest.raises(CheckpointError, match=r"got 'x'; the newest runs: 20260101-000000-aaaaaa"):
        find_run("x", tmp_path)


def test_a_checkpoint_that_is_gone_is_named(tmp_path: Path) -> None:
    run = make_run(tmp_path, "20260101-000000-aaaaaa")

    with pytest.raises(CheckpointError, match=r"best\.ckpt, but it is gone"):
        best_checkpoint(run)


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    result = Result(run_id="x", task="train", metrics={"test/auroc": 0.123456789012345})
    result.write(tmp_path)

    assert read_result(tmp_path) == result
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_a_torn_result_is_refused(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text('{"run_id": "x", ')

    with pytest.raises(CheckpointError, match="expected a run's result"):
        read_result(tmp_path)
