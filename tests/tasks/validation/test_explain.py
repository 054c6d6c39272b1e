"""Errors of the system to messages that name the file and what to do."""

from pathlib import Path

import pytest

from ai_vs_human.tasks.validation.explain import explain


def test_a_folder_that_cannot_be_made_is_told_with_the_key(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match="file") as error:
        (tmp_path / "file" / "run").mkdir()

    assert explain(error.value) == (
        f"error: expected to use {tmp_path}/file/run, but got: Not a directory\n"
        "hint: paths.output_dir=<a folder that you may write to>"
    )


def test_a_file_that_is_there_is_told_without_it(tmp_path: Path) -> None:
    file = tmp_path / "x.png"
    file.touch()

    said = explain(PermissionError(13, "Permission denied", str(file)))

    assert said == f"error: expected to use {file}, but got: Permission denied"
