"""Folders in a bucket to copies here, over HTTP on the loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry as fsspec_registry

from ai_vs_human.data.fetch.remote import RemoteCopy
from ai_vs_human.data.fetch.remote_file import fetched_file
from ai_vs_human.errors import DataError, StorageError
from tests.runs.registry.google import bucket_at

FILES = {f"ai/{n}.png": bytes([n]) * 100 for n in range(9)} | {
    "human/é b.JPG": b"drawn",
    "list.csv": b"path,label",
}


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder whose files are below gs://mine/images."""
    images = tmp_path / "buckets" / "mine" / "images"
    for name, content in {**FILES, "weights.ckpt": b"not an image"}.items():
        (images / name).parent.mkdir(parents=True, exist_ok=True)
        (images / name).write_bytes(content)
    with bucket_at(tmp_path / "buckets", monkeypatch):
        yield images


def copy(tmp_path: Path) -> RemoteCopy:
    return RemoteCopy("gs://mine/images/", tmp_path / "cache")


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def times(folder: Path) -> dict[str, int]:
    return {name: (folder / name).stat().st_mtime_ns for name in files(folder)}


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name, _ in before.items() ^ after.items()}


def test_images_and_lists_are_copied_and_nothing_else(bucket: Path, tmp_path: Path) -> None:
    folder = copy(tmp_path).folder()

    assert files(folder) == FILES
    assert folder.is_relative_to(tmp_path / "cache" / "remote")
    assert list(folder.parent.glob("*.partial")) == []


def test_what_changed_is_fetched_again_and_what_vanished_vanishes(
    bucket: Path, tmp_path: Path
) -> None:
    before = times(copy(tmp_path).folder())
    (bucket / "ai/1.png").write_bytes(bytes([7]) * 100)
    (bucket / "ai/new.png").write_bytes(b"new")
    (bucket / "human/é b.JPG").unlink()

    folder = copy(tmp_path).folder()

    assert changed(before, times(folder)) == {"ai/1.png", "ai/new.png", "human/é b.JPG"}
    assert files(folder)["ai/1.png"] == bytes([7]) * 100
    assert {path.name for path in folder.iterdir()} == {"ai", "list.csv"}


def test_an_unchanged_folder_is_only_listed(bucket: Path, tmp_path: Path) -> None:
    before = times(copy(tmp_path).folder().parent)

    assert times(copy(tmp_path).folder().parent) == before


def test_a_copy_that_somebody_changed_is_mended(bucket: Path, tmp_path: Path) -> None:
    folder = copy(tmp_path).folder()
    (folder / "ai/1.png").write_bytes(b"?" * 100)
    (folder / "ai/2.png").unlink()

    assert files(copy(tmp_path).folder()) == FILES


def test_a_killed_copy_goes_on_and_trusts_nothing_half_written(
    bucket: Path, tmp_path: Path
) -> None:
    """As a process leaves it that is killed between any two of its steps."""
    here = copy(tmp_path)
    before = times(here.folder())
    log = here.home / "fetched.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:-3]) + lines[-3][:9])  # two files without a line, one with half
    (here.home / "whole").unlink()
    (here.home / "0.partial").write_bytes(b"half")
    (here.files / "ai/3.png").write_bytes(b"half")
    (here.files / "ai/stray.png").write_bytes(b"of no line, and vanished since")

    assert files(copy(tmp_path).folder()) == FILES

    kept = before.keys() - changed(before, times(here.files))
    assert len(kept) == len(FILES) - 4
    assert not (here.home / "0.partial").exists()
    assert (here.home / "whole").exists()


class Lying(MemoryFileSystem):
    """A place that lists what it has not, or nothing."""

    store: ClassVar[dict[str, Any]] = {}
    unplugged = False
    lies: ClassVar[dict[str, dict[str, Any]]] = {}

    def find(self, path: str, **options: Any) -> dict[str, Any]:
        if self.unplugged:
            raise OSError("unplugged")
        return super().find(path, **options) | self.lies


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Lying]]:
    """The place at memory://far, where there are two images."""
    monkeypatch.setitem(fsspec_registry, "memory", Lying)
    fsspec.filesystem("memory").pipe({"/far/a.png": b"whole", "/far/b.png": b"cut"})
    yield Lying
    Lying.store.clear()


def test_a_file_of_another_size_than_listed_is_refused_and_the_others_kept(
    lying: type[Lying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection may end early without saying so."""
    monkeypatch.setattr(lying, "lies", {"/far/b.png": {"name": "/far/b.png", "size": 7}})
    here = RemoteCopy("memory://far", tmp_path)

    with pytest.raises(StorageError, match=r"3 bytes of b\.png instead of 7 \(memory://far\)"):
        here.folder()

    assert "b.png" not in files(here.files)
    assert not (here.home / "whole").exists()
    assert list(here.home.glob("*.partial")) == []


def test_without_a_network_the_copy_of_the_last_time_is_named(
    lying: type[Lying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RemoteCopy("memory://far", tmp_path / "cache").folder()
    monkeypatch.setattr(lying, "unplugged", True)

    with pytest.raises(StorageError, match=rf"(?s)far: unplugged.*last time: data\.root={folder}"):
        RemoteCopy("memory://far", tmp_path / "cache").folder()
    with pytest.raises(StorageError, match=r"(?s)far: unplugged.*hint: look at the network"):
        RemoteCopy("memory://far", tmp_path / "empty").folder()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), r"expected images below gs://mine/none, but got no files \(data\.root\)"),
        (("a.txt", "b"), "expected images below gs://mine/none, but got 2 other files"),
    ],
)
def test_an_address_without_images_is_refused(
    bucket: Path, tmp_path: Path, names: tuple[str, ...], said: str
) -> None:
    for name in names:
        (bucket.parent / "none").mkdir(exist_ok=True)
        (bucket.parent / "none" / name).write_bytes(b"x")

    with pytest.raises(DataError, match=said):
        RemoteCopy("gs://mine/none", tmp_path).folder()


@pytest.mark.parametrize("name", ["../b.png", "/etc/b.png", "a//b.png"])
def test_names_that_lead_elsewhere_are_refused(
    lying: type[Lying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(lying, "lies", {f"/far/{name}": {"size": 1}})

    with pytest.raises(DataError, match=f"names of files below the address, but got '{name}'"):
        RemoteCopy("memory://far", tmp_path).folder()


def test_one_file_is_fetched_as_it_is_now(bucket: Path, tmp_path: Path) -> None:
    assert fetched_file("gs://mine/images/list.csv", tmp_path).read_bytes() == b"path,label"
    (bucket / "list.csv").write_bytes(b"new")

    path = fetched_file("gs://mine/images/list.csv", tmp_path)

    assert path.read_bytes() == b"new"
    assert [one.name for one in path.parent.iterdir()] == ["list.csv"]
    with pytest.raises(StorageError, match=r"expected a file, but got none at gs://mine/images/no"):
        fetched_file("gs://mine/images/no.csv", tmp_path)
