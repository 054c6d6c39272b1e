"""What only a started task can find out, said in one message as well."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_vs_human.errors import DataError
from ai_vs_human.tasks.validation.explain import explain
from tests.conftest import newest_run
from tests.toys import toy_images

REFUSED = {
    "seed=-1": "expected a whole number from 0 to 4294967295, but got -1 (seed=-1)",
    "model.dropout=2.0": "expected a number in [0, 1), but got 2.0 (model.dropout=2.0)",
    "model.optimizer.lr=-1": "expected a number above 0, but got -1 (model.optimizer.lr=-1)",
    "+model.optimizer.eps=-1": "expected values that torch.optim.AdamW takes, but got: Invalid",
    "model.frontend.kernels=[x]": "expected kernels among second_order, square3, square5, but got",
    "trainer.max_epochs=-1": "a fit without an end (trainer.max_epochs=-1)",
    "checkpoint=none.ckpt": "expected a checkpoint's file, but got none.ckpt (checkpoint)",
    "data.preprocess.mode=crop": "expected a size of at least 1 pixel, but got None",
    "data.split.test_fraction=2.0": "test_fraction",
    "+callbacks.mine.monitor=x": "expected a mapping with _target_",
    "+callbacks.mine._target_=os.getcwd": "callbacks.mine",
    "+callbacks.mine._target_=os.nothing": "expected something to import, but got os.nothing",
    "data.root=${nothing}": "Interpolation key 'nothing' not found (data.root)",
}


def said(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize("override", REFUSED)
def test_a_refusal_is_one_message(
    override: str, start: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    data = ["data=folder", "data.root=images", "data/preprocess=as_is", "data.num_workers=0"]

    with pytest.raises(SystemExit, match="1"):
        start("train.py", *data, "logger=none", override)

    assert REFUSED[override] in said(capsys)


def test_too_many_unreadable_files_are_listed_in_the_run_folder(
    start: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    (tmp_path / "images" / "train" / "ai" / "broken.png").write_text("no image")

    with pytest.raises(SystemExit, match="1"):
        start("train.py", "data=folder", "data.root=images")

    assert "expected at most 1.0% unreadable files, but got 1 of 49" in said(capsys)
    assert "broken.png" in (newest_run(tmp_path) / "unreadable.csv").read_text()


def test_several_processes_a_job_are_refused_where_jobs_share_one(
    start: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)

    words = ["data=folder", "data.root=images", "trainer=ddp_sim", "seed=0,1"]
    with pytest.raises(SystemExit, match="1"):
        start("train.py", "-m", *words, "hydra/launcher=basic")

    message = "expected one process a job where all jobs share this one, but got 2"
    assert message in (told := said(capsys))
    assert "hint: hydra/launcher=process" in told


def test_predict_goes_on_after_files_that_cannot_be_scored(
    start: Callable[..., None], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    data = ["data=folder", "data.root=images", "data/preprocess=as_is", "data.num_workers=0"]
    start("train.py", *data, "trainer.max_epochs=1")
    odd = tmp_path / "2024"  # Hydra reads a number
    toy_images(odd / "tiny", per_class=1, size=2, splits=False)
    toy_images(odd / "whole", per_class=1, splits=False)
    (odd / "[x].png").write_text("no image")

    start("scripts/predict.py", "input=2024")

    table = next((tmp_path / "outputs" / "predict").glob("*/predictions.csv")).read_text()
    assert table.count("expected a size the network takes, but got 2x2") == 2
    assert table.count(",human,") + table.count(",ai,") == 2
    assert '[x].png,,,"expected a JPEG' in table


def test_a_detector_that_nobody_trained_is_not_found(
    start: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="1"):
        start("scripts/evaluate.py")

    assert "expected a training run that kept a checkpoint, but got none" in said(capsys)


@pytest.mark.parametrize(
    ("script", "word"),
    [("train.py", "resume"), ("train.py", "like"), ("scripts/evaluate.py", "run")],
)
def test_a_run_that_is_not_there_is_told_in_one_way(
    start: Callable[..., None], capsys: pytest.CaptureFixture[str], word: str, script: str
) -> None:
    with pytest.raises(SystemExit, match="1"):
        start(script, f"{word}=2026")  # a number to Hydra

    assert said(capsys) == (
        "error: expected a run's id or folder, but got '2026'; the newest runs: none\n"
        "hint: python scripts/runs.py ls\n"
    )


def test_an_error_from_a_loader_s_worker_is_told_without_its_traceback() -> None:
    told = 'Caught DataError in DataLoader worker process 0.\nOriginal Traceback:\n  File "x"\n'
    error = DataError(
        told + "ai_vs_human.errors.DataError: expected images of one size\nhint: crop"
    )

    text = explain(error)

    assert text == "error: expected images of one size\nhint: crop"


def test_only_the_first_process_speaks(
    start: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "LOCAL_RANK", "1")

    with pytest.raises(SystemExit, match="1"):
        start("train.py", "model=resnt18")

    assert "error" not in said(capsys)
