"""A run that is refused before it begins leaves no folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.result import read_result
from ai_vs_human.runs.stored import has_begun
from ai_vs_human.tasks.refused import record_refusal, remove_untouched


def folder(tmp_path: Path, **files: str) -> Path:
    run = tmp_path / "run"
    run.mkdir()
    for name, text in ({"train.log": "", ".lock": ""} | files).items():
        (run / name).write_text(text)
    return run


def test_a_run_like_one_that_is_not_there_leaves_no_folder(
    start: Callable[..., None], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="1"):
        start("train.py", "like=nonsense")
    with pytest.raises(SystemExit, match="1"):
        start("scripts/evaluate.py", "run=nonsense")
    with pytest.raises(SystemExit, match="1"):
        start("train.py", "resume=auto", "seed=abc")

    assert [path.name for path in tmp_path.glob("outputs/*/*")] == []


@pytest.mark.parametrize("files", [{"train.log": "something"}, {"result.json": "{}"}], ids=str)
def test_what_holds_anything_stays(files: dict[str, str], tmp_path: Path) -> None:
    run = folder(tmp_path, **files)

    remove_untouched(run, "train.log")

    assert (run / "train.log").exists()


def test_the_folder_of_another_process_stays(tmp_path: Path) -> None:
    run = folder(tmp_path)

    with FileLock(run / ".lock", is_singleton=False):
        remove_untouched(run, "train.log")

    assert run.exists()


def test_a_folder_without_a_log_goes(tmp_path: Path) -> None:
    run = folder(tmp_path)
    (run / "train.log").unlink()

    remove_untouched(run, "train.log")

    assert not run.exists()


def test_a_folder_with_a_refusal_alone_takes_a_new_run(tmp_path: Path) -> None:
    run = folder(tmp_path)

    record_refusal(run, "train", ConfigError("expected a word, but got none (x)"))

    assert read_result(run).error == "expected a word, but got none (x)"
    assert not has_begun(run)
