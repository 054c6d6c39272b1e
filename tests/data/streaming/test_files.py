"""Files of a set: whole ones only, fetched once, within a bound."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ai_vs_human.data.streaming.files import GIB, ShardFiles
from ai_vs_human.errors import DataError, StorageError
from tests.runs.registry import bucket_server
from tests.runs.registry.google import bucket_at

CHUNK = "chunk-0-3.bin"


@pytest.fixture
def bucket(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """The shards at gs://mine/shards; gives the environment of those who read them."""
    shutil.copytree(stored / "shards", tmp_path / "google" / "mine" / "shards")
    with bucket_at(tmp_path / "google", monkeypatch) as environment:
        yield environment


def remote(cache: Path, cache_gib: float = 1.0) -> ShardFiles:
    return ShardFiles("gs://mine/shards", cache, cache_gib)


def test_a_folder_is_read_in_place(stored: Path, tmp_path: Path) -> None:
    files = ShardFiles(str(stored / "shards"), tmp_path, 1.0)

    assert files.path(CHUNK) == stored / "shards" / CHUNK
    assert not files.is_remote


def test_a_file_cut_off_in_a_folder_is_refused(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored / "shards", tmp_path / "shards")
    os.truncate(tmp_path / "shards" / CHUNK, 1000)

    with pytest.raises(StorageError, match=rf"(?s){CHUNK} as shards.json .*cut off.*hint"):
        ShardFiles(str(tmp_path / "shards"), tmp_path, 1.0).path(CHUNK)


@pytest.mark.parametrize("address", ["", "no/such/folder"])
def test_a_place_without_a_set_says_how_to_write_one(tmp_path: Path, address: str) -> None:
    with pytest.raises(DataError, match=r"(?s)none in .*data\.root.*scripts/shards\.py"):
        ShardFiles(str(tmp_path / address), tmp_path, 1.0)


@pytest.mark.usefixtures("bucket")
def test_a_fetched_file_is_the_one_in_the_bucket_and_stays(stored: Path, tmp_path: Path) -> None:
    path = remote(tmp_path / "cache").path(CHUNK)
    fetched = path.stat().st_mtime_ns

    assert path.read_bytes() == (stored / "shards" / CHUNK).read_bytes()
    assert remote(tmp_path / "cache").path(CHUNK).stat().st_mtime_ns == fetched


@pytest.mark.usefixtures("bucket")
def test_a_cut_file_in_the_cache_is_fetched_again(stored: Path, tmp_path: Path) -> None:
    files = remote(tmp_path / "cache")
    os.truncate(files.path(CHUNK), 1000)

    assert files.path(CHUNK).read_bytes() == (stored / "shards" / CHUNK).read_bytes()


@pytest.mark.usefixtures("bucket")
def test_other_bytes_in_the_bucket_are_refused_and_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "google" / "mine" / "shards" / CHUNK
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    files = remote(tmp_path / "cache")

    with pytest.raises(
        StorageError, match=rf"{CHUNK} as shards.json lists it, but got other bytes"
    ):
        files.path(CHUNK)
    assert [one.name for one in files.place.iterdir()] == [f"{CHUNK}.lock"]


@pytest.mark.usefixtures("bucket")
def test_a_file_gone_from_the_bucket_is_named(tmp_path: Path) -> None:
    files = remote(tmp_path / "cache")
    (tmp_path / "google" / "mine" / "shards" / CHUNK).unlink()

    with pytest.raises(StorageError, match=rf"(?s){CHUNK} to be fetched, but got .*hint"):
        files.path(CHUNK)


@pytest.mark.usefixtures("bucket")
def test_the_cache_holds_what_was_used_last(tmp_path: Path) -> None:
    files = remote(tmp_path / "cache", cache_gib=3.2 * 2**20 / GIB)
    chunks = [name for name in files.shard_set.files if name.startswith("chunk-")][:6]
    for number, name in enumerate(chunks):
        os.utime(files.path(name), (number, number))
        if number == 2:
            files.path(chunks[0])  # is used again, now

    kept = {path.name for path in files.place.glob("chunk-*.bin")}
    assert kept == {chunks[0], *chunks[-2:]}


def test_threads_fetch_ahead(bucket: dict[str, str], tmp_path: Path) -> None:
    files = remote(tmp_path / "cache")
    files.fetch_ahead([CHUNK])

    deadline = time.monotonic() + 20
    while not (files.place / CHUNK).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert bucket


def test_a_killed_download_leaves_nothing_that_is_trusted(
    stored: Path, tmp_path: Path, bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stalled, go_on = Event(), Event()
    content = (stored / "shards" / CHUNK).read_bytes()

    def send(self: Any, answer: bytes, code: int, **headers: str) -> None:
        if answer != content or go_on.is_set():
            plain(self, answer, code, **headers)
            return
        self.send_response(code)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[: len(answer) // 2])
        stalled.set()
        go_on.wait(60)

    plain = bucket_server._Handler._send
    monkeypatch.setattr(bucket_server._Handler, "_send", send)
    files = remote(tmp_path / "cache")
    program = (
        "import sys; from pathlib import Path\n"
        "from ai_vs_human.data.streaming.files import ShardFiles\n"
        f"ShardFiles('gs://mine/shards', Path(sys.argv[1]), 1.0).path('{CHUNK}')"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "cache")], env={**os.environ, **bucket}
    )
    partial = files.place / f"{CHUNK}.partial"
    assert stalled.wait(60)
    deadline = time.monotonic() + 20
    while not (partial.exists() and partial.stat().st_size):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child.kill()
    child.wait()
    go_on.set()

    assert 0 < partial.stat().st_size < len(content)
    assert not (files.place / CHUNK).exists()
    assert files.path(CHUNK).read_bytes() == content
    assert not partial.exists()


def test_a_set_that_was_written_anew_is_another_set(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored / "shards", tmp_path / "shards")
    first = ShardFiles(str(tmp_path / "shards"), tmp_path / "cache", 1.0)
    told = json.loads((tmp_path / "shards" / "shards.json").read_text())
    (tmp_path / "shards" / "shards.json").write_text(json.dumps(told | {"chunk_mib": 2}))

    assert ShardFiles(str(tmp_path / "shards"), tmp_path / "cache", 1.0).place != first.place
