"""A folder at any address: here, in memory, and in a bucket over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.errors import StorageError
from tests.runs.registry.google import bucket_at


@pytest.fixture(params=["disk", "memory", "bucket"])
def folder(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RemoteFolder]:
    if request.param == "disk":
        yield RemoteFolder(str(tmp_path / "far"), "key")
    elif request.param == "memory":
        yield RemoteFolder("memory://far/run/", "key")
        fsspec.filesystem("memory").rm("/far", recursive=True)
    else:
        with bucket_at(tmp_path, monkeypatch):
            (tmp_path / "mine").mkdir()
            yield RemoteFolder("gs://mine/run", "key")


@pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")  # gcsfs does
def test_files_come_and_go(folder: RemoteFolder, tmp_path: Path) -> None:
    here, back = tmp_path / "here", tmp_path / "back"
    large = bytes(range(256)) * 30_000  # goes in a session of its own
    assert folder.names() == []
    assert folder.read("a") is None

    for name, content in (("a", b"1"), ("deep/er/b c", large), ("a", b"2")):
        here.write_bytes(content)
        folder.put(here, name)
    folder.copy("a", "deep/a")

    assert folder.names() == ["a", "deep/a", "deep/er/b c"]
    assert folder.read("deep/a") == b"2"
    folder.get("deep/er/b c", back)
    assert back.read_bytes() == large
    folder.remove("a")
    folder.remove("a")
    assert folder.names() == ["deep/a", "deep/er/b c"]


def test_an_address_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(StorageError, match=r"expected an address .*, but got ftpp://x: .* \(key\)"):
        RemoteFolder("ftpp://x", "key")
