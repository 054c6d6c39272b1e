"""Paths in a callback's state, after the folder was moved."""

from pathlib import Path

from ai_vs_human.callbacks.moved_paths import moved_paths


def test_paths_follow_where_the_file_is_there_and_all_else_stays(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    new.mkdir()
    (new / "best.ckpt").touch()
    state = {
        "dirpath": str(old),
        "best_k_models": {str(old / "best.ckpt"): 0.5, str(old / "gone.ckpt"): 0.4},
        "files": [str(old / "best.ckpt"), str(tmp_path / "older" / "best.ckpt")],
        "word": "",
        "count": 3,
    }

    assert moved_paths(state, old, new) == {
        "dirpath": str(new),
        "best_k_models": {str(new / "best.ckpt"): 0.5, str(old / "gone.ckpt"): 0.4},
        "files": [str(new / "best.ckpt"), str(tmp_path / "older" / "best.ckpt")],
        "word": "",
        "count": 3,
    }
