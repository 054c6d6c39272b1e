"""Files that are whole or not there."""

from pathlib import Path

import pytest

from ai_vs_human.runs.whole_file import write_whole


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "composed.yaml"
    write_whole(path, "seed: 0\n")

    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        write_whole(path, "seed: \udc80\n")

    assert path.read_text() == "seed: 0\n"


def test_nothing_else_stays_in_the_folder(tmp_path: Path) -> None:
    write_whole(tmp_path / "composed.yaml", "seed: 0\n")

    assert [path.name for path in tmp_path.iterdir()] == ["composed.yaml"]
