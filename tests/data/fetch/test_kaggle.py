"""Data sets of Kaggle's to folders, with kagglehub and a server on the loopback."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from ai_vs_human.data.fetch.kaggle import KaggleCopy, KaggleHandle
from ai_vs_human.errors import AiVsHumanError, ConfigError, DataError, StorageError
from tests.data.fetch.kaggle_server import Kaggle, kaggle_at, zipped

MIB = 1 << 20
"""What kagglehub writes at once."""
FILES = {"Art/AiArtData/a.png": b"made" * MIB, "Art/RealArt/b.png": b"drawn"}


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kaggle]:
    with kaggle_at(tmp_path / "home", monkeypatch) as kaggle:
        kaggle.archive = zipped(FILES)
        yield kaggle


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def copy(cache: Path, handle: str = "toy/set") -> KaggleCopy:
    return KaggleCopy(handle, cache)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_a_data_set_is_fetched_once(
    kaggle: Kaggle, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy(cache).folder()

    assert files(folder) == FILES
    assert folder == cache / "kaggle/datasets/toy/set/versions/2"
    assert [what for what, _ in kaggle.asked] == ["GetDataset", "DownloadDataset", "archive"]
    kaggle.asked.clear()
    assert copy(cache).folder() == folder
    assert copy(cache, "toy/set/versions/2").folder() == folder
    assert kaggle.asked == []
    assert capsys.readouterr().out == ""


def test_another_version_is_another_copy(kaggle: Kaggle, cache: Path) -> None:
    copy(cache, "toy/set/versions/1").folder()

    assert [what for what, _ in kaggle.asked] == ["DownloadDataset", "archive"]
    kaggle.archive = zipped({"new.png": b"new"})
    assert files(copy(cache, "toy/set/versions/3").folder()) == {"new.png": b"new"}
    assert files(copy(cache, "toy/set/versions/1").folder()) == FILES
    assert copy(cache).folder().name == "3"


def test_kagglehub_and_we_find_each_others_copies(
    kaggle: Kaggle, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kagglehub  # noqa: PLC0415 -- as in the server

    monkeypatch.setenv("KAGGLEHUB_CACHE", str(cache / "of the user"))
    theirs = kagglehub.dataset_download("toy/theirs/versions/4")
    ours = copy(cache, "toy/ours/versions/5").folder()
    kaggle.asked.clear()

    assert copy(cache, "toy/theirs").folder() == Path(theirs)
    assert kagglehub.dataset_download("toy/ours/versions/5") == str(ours)
    assert kaggle.asked == []
    assert not (cache / "kaggle").exists()


def _status(code: int) -> Callable[[Kaggle], None]:
    return lambda kaggle: setattr(kaggle, "status", code)


def _given(archive: bytes) -> Callable[[Kaggle], None]:
    return lambda kaggle: setattr(kaggle, "archive", archive)


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (_status(401), StorageError, r"(?s)as the test wants.*put a token of .*access_token, or"),
        (_status(403), StorageError, r"(?s)hint: accept the terms on its page and put a token"),
        (_status(404), StorageError, r"(?s)data\.handle=toy/set\).*hint: data\.handle=<owner>"),
        (_status(500), StorageError, r"(?s)as the test wants.*or data\.root=<unpacked copy>"),
        (lambda k: setattr(k, "cut", 1000), StorageError, "to give the data set, but got: .*Incom"),
        (lambda k: setattr(k, "md5", "AAAA"), StorageError, "an archive with the MD5 that Kaggle"),
        (_given(b"<html>busy</html>"), DataError, r"a damaged one: .* \(toy/set/versions/2\)"),
        (_given(zipped(FILES)[:-9]), DataError, "expected a ZIP archive, but got a damaged one"),
    ],
    ids=["401", "403", "404", "500", "cut", "md5", "no archive", "half an archive"],
)
def test_what_cannot_be_fetched_leaves_nothing(
    kaggle: Kaggle,
    cache: Path,
    fault: Callable[[Kaggle], None],
    error: type[AiVsHumanError],
    said: str,
) -> None:
    fault(kaggle)

    with pytest.raises(error, match=said):
        copy(cache).folder()

    assert files(cache) == {}
    assert [path.name for path in copy(cache).home.iterdir()] == [".lock"]
    kaggle.status, kaggle.cut, kaggle.md5, kaggle.archive = 302, None, None, zipped(FILES)
    assert files(copy(cache).folder()) == FILES


def test_without_a_network_it_says_so(
    kaggle: Kaggle, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kagglesdk import kaggle_env  # noqa: PLC0415 -- as in the server

    closed = "http://127.0.0.1:9"
    monkeypatch.setitem(kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.LOCAL, closed)

    with pytest.raises(StorageError, match=r"(?s)refused.*start again with a network, or data\.ro"):
        copy(cache).folder()
    assert files(cache) == {}


def test_without_the_package_it_says_how_to_get_it(
    kaggle: Kaggle, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub.clients", None)
    monkeypatch.delitem(sys.modules, "ai_vs_human.data.fetch.kaggle_client", raising=False)

    with pytest.raises(StorageError, match=r"(?s)the package kagglehub.*uv sync --extra data, or"):
        copy(cache).folder()


def test_a_connection_that_is_cut_goes_on_where_it_was(kaggle: Kaggle, cache: Path) -> None:
    kaggle.cut, kaggle.ranges = MIB * 3 // 2, True

    assert files(copy(cache).folder()) == FILES
    begins = [asked for what, asked in kaggle.asked if what == "archive" and asked]
    assert begins == [f"bytes={MIB}-", f"bytes={2 * MIB}-", f"bytes={3 * MIB}-"]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_killed_download_leaves_nothing_that_is_trusted(
    kaggle: Kaggle, cache: Path, *, ranges: bool
) -> None:
    kaggle.pause, kaggle.ranges = True, ranges
    child = child_that_fetches(kaggle, cache)
    assert kaggle.half_sent.wait(30)
    half = copy(cache).home / "2.zip.partial"
    while child.poll() is None and not (half.exists() and half.stat().st_size == 2 * MIB):
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    kaggle.go_on.set()
    kaggle.asked.clear()

    assert files(copy(cache).folder()) == FILES

    assert ("archive", f"bytes={2 * MIB}-" if ranges else None) in kaggle.asked
    left = {path.name for path in copy(cache).home.iterdir()}
    assert left == {".lock", "2.complete", "versions"}


def test_half_an_unpacked_copy_is_unpacked_again(kaggle: Kaggle, cache: Path) -> None:
    home = copy(cache).home
    for half in ("2.partial", "versions/2"):
        (home / half).mkdir(parents=True)
        (home / half / "stray.png").write_bytes(b"half")

    assert files(copy(cache).folder()) == FILES
    assert not (home / "2.partial").exists()


def test_a_copy_that_was_deleted_is_fetched_again(kaggle: Kaggle, cache: Path) -> None:
    shutil.rmtree(copy(cache).folder())

    assert files(copy(cache).folder()) == FILES


def test_of_two_processes_one_fetches_and_the_other_waits(kaggle: Kaggle, cache: Path) -> None:
    kaggle.pause = True
    child = child_that_fetches(kaggle, cache)
    assert kaggle.half_sent.wait(30)
    waiting, found = Event(), list[Path]()
    handler = logging.Handler()
    handler.emit = lambda record: waiting.set() if "waiting" in record.msg else None  # type: ignore[method-assign]
    logger = logging.getLogger("ai_vs_human.data.fetch.alone")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    other = Thread(target=lambda: found.append(copy(cache).folder()))

    other.start()
    assert waiting.wait(10)
    kaggle.go_on.set()
    out, _ = child.communicate(timeout=30)
    other.join(30)
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)

    assert files(found[0]) == FILES
    assert out.strip() == str(found[0])
    assert [what for what, _ in kaggle.asked].count("archive") == 1


def child_that_fetches(kaggle: Kaggle, cache: Path) -> "subprocess.Popen[str]":
    code = (
        f"{kaggle.prelude} from pathlib import Path;"
        "from ai_vs_human.data.fetch.kaggle import KaggleCopy;"
        f"print(KaggleCopy('toy/set', Path({str(cache)!r})).folder())"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.parametrize("text", ["set", "a/b/c", "a/b/versions/0", "../b", "a/b/versions/x", ""])
def test_a_handle_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(
        ConfigError, match=r"expected owner/name or .* but got '.*' \(data\.handle\)"
    ):
        KaggleHandle.parse(text)


def test_a_handle_is_written_as_it_is_read() -> None:
    for text in ("a/b", "a-1/b_c/versions/12"):
        assert str(KaggleHandle.parse(text)) == text
