"""Runs by id, by folder and by being the latest."""

from pathlib import Path

import pytest

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.folder import best_checkpoint, find_run
from ai_vs_human.runs.result import Result, read_result
from tests.runs.making import make_run

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"
KEPT = {"started": None, "checkpoint": "best.ckpt"}


def test_the_latest_run_is_the_newest_with_a_checkpoint(tmp_path: Path) -> None:
    make_run(tmp_path, A, **KEPT)
    newest = make_run(tmp_path, B, **KEPT)
    make_run(tmp_path, C, started=None)

    assert find_run("latest", tmp_path) == newest


def test_the_newest_of_all_may_lack_a_checkpoint(tmp_path: Path) -> None:
    make_run(tmp_path, A, **KEPT)
    newest = make_run(tmp_path, C, started=None)

    assert find_run("latest", tmp_path, usable=False) == newest


def test_the_latest_is_told_by_its_start_whatever_folders_are_called(tmp_path: Path) -> None:
    make_run(tmp_path, "mine", started="2026-01-01T00:00:00+00:00", checkpoint="best.ckpt")
    newest = make_run(tmp_path, B, **KEPT)

    assert find_run("latest", tmp_path) == newest


def test_a_newest_run_that_is_torn_is_skipped_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = make_run(tmp_path, A, **KEPT)
    (make_run(tmp_path, B) / "result.json").write_text("{")

    assert find_run("latest", tmp_path, usable=False) == whole
    assert f"skipped: {tmp_path / 'train' / B} (result.json: " in caplog.text


def test_a_run_is_found_by_id_by_its_beginning_and_by_folder(tmp_path: Path) -> None:
    run = make_run(tmp_path, f"{A}/{A}-1")
    make_run(tmp_path, B)

    assert find_run(f"{A}-1", tmp_path) == run
    assert find_run("20260101", tmp_path) == run
    assert find_run(f"{run}/", tmp_path) == run
    assert find_run(str(run), tmp_path / "elsewhere") == run


def test_no_run_at_all_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"(?s)training run that kept a.*hint: python train"):
        find_run("latest", tmp_path / "outputs")


def test_a_wrong_id_shows_the_newest(tmp_path: Path) -> None:
    make_run(tmp_path, A)

    with pytest.raises(CheckpointError, match=f"got 'x'; the newest runs: {A}"):
        find_run("x", tmp_path)


def test_a_run_that_cannot_be_read_or_is_no_training_is_refused(tmp_path: Path) -> None:
    (make_run(tmp_path, A) / "result.json").write_text("{")
    measured = make_run(tmp_path, B, task="evaluate")

    with pytest.raises(CheckpointError, match=rf"can be read, but got result\.json: .*{A}"):
        find_run(A, tmp_path)
    with pytest.raises(CheckpointError, match=r"a training run, but got the task evaluate"):
        find_run(str(measured), tmp_path)
    with pytest.raises(CheckpointError, match=f"got '{B}'; the newest runs: none"):
        find_run(B, tmp_path)


def test_a_checkpoint_that_is_gone_is_named(tmp_path: Path) -> None:
    run = make_run(tmp_path, A, **KEPT)

    with pytest.raises(CheckpointError, match=r"best\.ckpt, but it is gone"):
        best_checkpoint(run)


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    result = Result(run_id="x", task="train", metrics={"test/auroc": 0.123456789012345})
    result.write(tmp_path)

    assert read_result(tmp_path) == result
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_a_secret_that_is_a_word_of_ours_spoils_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINIO_SECRET_KEY", "completed")
    monkeypatch.setenv("DB_PASSWORD", "test/auroc")
    ends = {"test/auroc": [0.1, 0.9]}
    Result("x", "train", "completed", intervals=ends, tags=["is completed"]).write(tmp_path)

    result = read_result(tmp_path)

    assert (result.status, result.intervals, result.tags) == ("completed", ends, ["is ***"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"run_id": "x", ', "Expecting"),
        ("[" * 200_000, "recursion"),
        ('{"run_id": "x", "task": "train", "metrics": {"val/auroc": "high"}}', "metrics.val/auroc"),
        ('{"run_id": "x", "task": "train", "status": "sleeping"}', "status is 'sleeping'"),
    ],
)
def test_a_result_that_is_torn_or_not_ours_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "result.json").write_text(text)

    with pytest.raises(CheckpointError, match=f"expected a run's result, but got .*{said}"):
        read_result(tmp_path)


@pytest.mark.parametrize(("status", "word"), [("running", "resume"), ("pruned", "like")])
def test_a_run_that_did_not_end_has_no_best_checkpoint_yet(
    tmp_path: Path, status: str, word: str
) -> None:
    folder = make_run(tmp_path, "20260101-000000-aaaaaa", status=status)

    with pytest.raises(CheckpointError, match="came to its end, but got one that did not") as told:
        best_checkpoint(folder)

    assert told.value.hint == f"python train.py {word}=20260101-000000-aaaaaa"
