"""Rows to bytes, while another process takes chunks away."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from litdata.streaming import item_loader

from ai_vs_human.data.streaming.files import ShardFiles
from ai_vs_human.data.streaming.reader import ShardReader
from ai_vs_human.errors import StorageError


class Contested(ShardFiles):
    """Files of a set, where each chunk is taken away so many times before it can be opened."""

    def __init__(self, kept: Path, shards: Path, times: int, monkeypatch: Any) -> None:
        super().__init__(str(shutil.copytree(shards, kept)), kept, 1.0)
        self.shards, self.times = shards, times
        # How long litdata waits for a chunk that is not there; 2 s else
        monkeypatch.setattr(item_loader, "_MAX_WAIT_TIME", 0)

    def path(self, name: str) -> Path:
        where = Path(self.address, name)
        shutil.copy(self.shards / name, where)
        if name.startswith("chunk") and self.times:
            self.times -= 1
            where.unlink()
        return where


def test_a_chunk_that_was_taken_away_is_fetched_again(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = ShardReader(ShardFiles(str(stored / "shards"), tmp_path, 1.0), 2)

    contested = ShardReader(Contested(tmp_path / "kept", stored / "shards", 3, monkeypatch), 2)

    assert contested(0) == calm(0)
    assert contested(0)[:4] == b"\x89PNG"


def test_a_chunk_that_is_taken_away_for_ever_is_told_of(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = ShardReader(Contested(tmp_path / "kept", stored / "shards", 9, monkeypatch), 2)

    with pytest.raises(StorageError, match=r"(?s)taken away 5 times.*hint: data\.cache_gib="):
        reader(0)
