import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_vs_human.data.manifest import read_manifest
from ai_vs_human.data.synthetic import build as module
from ai_vs_human.data.synthetic.build import build, is_finished
from ai_vs_human.data.synthetic.spec import SetSpec
from ai_vs_human.data.synthetic.write import Entry, Work, write_scenes
from ai_vs_human.errors import DataError

TINY = SetSpec("tiny", "control", "iid")

_KILLED = """
import os, signal, sys
from pathlib import Path
from ai_vs_human.data.synthetic import build as module
from ai_vs_human.data.synthetic.spec import SetSpec

def write_and_die(work, real=module.write_scenes):
    real(work)
    os.kill(os.getpid(), signal.SIGKILL)

module.write_scenes = write_and_die
module.build(SetSpec("tiny", "control", "iid"), Path(sys.argv[1]), workers=1)
"""


def test_a_build_leaves_the_finished_set_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        build(TINY, tmp_path / "set", workers=1)

    assert [path.name for path in tmp_path.iterdir()] == ["set"]
    assert len(read_manifest(tmp_path / "set" / "manifest.csv")) == 240
    assert [record.message.split(" ", 2)[:2] for record in caplog.records] == [
        ["drawing", "240"],
        ["drew", "240"],
    ]


def test_a_terminal_sees_a_bar_that_gets_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    build(TINY, tmp_path / "set", workers=1)

    shown = capsys.readouterr()
    assert "240/240" in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.err)
    assert shown.out == ""


def test_two_builds_at_once_leave_one_whole_set(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    builds = [threading.Thread(target=build, args=(TINY, folder, 1)) for _ in range(2)]

    for thread in builds:
        thread.start()
    for thread in builds:
        thread.join()

    assert [path.name for path in tmp_path.iterdir()] == ["set"]
    assert len(list(folder.rglob("*.png"))) == 240


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes the third piece of work raise."""

    def interrupt(error: BaseException) -> None:
        done: list[Work] = []

        def write_some(work: Work) -> list[Entry]:
            if len(done) == 2:
                raise error
            done.append(work)
            return write_scenes(work)

        monkeypatch.setattr(module, "write_scenes", write_some)

    return interrupt


def test_ctrl_c_leaves_nothing(
    tmp_path: Path, interrupted: Callable[[BaseException], None]
) -> None:
    interrupted(KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        build(TINY, tmp_path / "set", workers=1)

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_reported_with_a_remedy(
    tmp_path: Path, interrupted: Callable[[BaseException], None]
) -> None:
    interrupted(OSError(28, "No space left on device"))

    with pytest.raises(
        DataError, match=r"room for 240 images, but got: .*No space.*\nhint: paths.cache_dir"
    ):
        build(TINY, tmp_path / "set", workers=1)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_killed_build_is_not_trusted_and_its_leftovers_go_after_a_day(tmp_path: Path) -> None:
    folder = tmp_path / "set"

    killed = subprocess.run([sys.executable, "-c", _KILLED, folder], check=False)

    assert killed.returncode == -signal.SIGKILL
    (leftover,) = tmp_path.iterdir()
    assert any(leftover.rglob("*.png"))
    assert not is_finished(folder)

    os.utime(leftover, (0, 0))
    build(TINY, folder, workers=1)

    assert is_finished(folder)
    assert not leftover.exists()
