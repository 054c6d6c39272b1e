"""Signs of life of processes that run, ended, were killed, and whose id was given away."""

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.heartbeat import Heartbeat, is_alive

NOW = 1_800_000_000.0

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux' /proc")


def beat_of(folder: Path) -> dict[str, Any]:
    beat: dict[str, Any] = json.loads((folder / "heartbeat.json").read_text())
    return beat


def beat_elsewhere(**changes: Any) -> dict[str, Any]:
    beat = {
        "host": f"not-{socket.gethostname()}",
        "pid": 1,
        "process_started": None,
        "time": NOW,
        "interval_seconds": 10.0,
    }
    return beat | changes


def own_beat(tmp_path: Path) -> dict[str, Any]:
    with Heartbeat(tmp_path):
        return beat_of(tmp_path)


def wait_for(condition: Any, seconds: float = 20) -> bool:
    """Poll without sleeping longer than an instant."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        pause.wait(0.005)
    return bool(condition())


def test_the_first_beat_is_there_at_once_and_gone_at_the_end(tmp_path: Path) -> None:
    with Heartbeat(tmp_path):
        beat = beat_of(tmp_path)
        assert (beat["host"], beat["pid"]) == (socket.gethostname(), os.getpid())
        assert beat["interval_seconds"] == 10
        assert abs(beat["time"] - time.time()) < 60

    assert list(tmp_path.iterdir()) == []


def test_beats_follow_each_other_and_each_is_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"
    with Heartbeat(tmp_path, interval_seconds=0.01), path.open() as file:
        first = json.load(file)
        assert wait_for(lambda: beat_of(tmp_path)["time"] > first["time"])

        file.seek(0)
        assert json.load(file) == first  # a reader in the middle of it reads on undisturbed


def test_a_long_interval_does_not_hold_up_the_end(tmp_path: Path) -> None:
    start = time.monotonic()
    with Heartbeat(tmp_path, interval_seconds=3600.0):
        pass

    assert time.monotonic() - start < 30
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}


def test_an_error_in_the_run_passes_through_and_ends_the_beats(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError, match="division"), Heartbeat(tmp_path):
        1 / 0  # noqa: B018

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_vanishes_is_told_once_and_survived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with caplog.at_level(logging.WARNING), Heartbeat(folder, interval_seconds=0.01) as heart:
        shutil.rmtree(folder, ignore_errors=True)
        assert wait_for(lambda: caplog.records and not folder.exists())
        for _ in range(3):
            heart._beat()
        folder.mkdir()
        assert wait_for((folder / "heartbeat.json").exists)

    assert [r.message for r in caplog.records if "cannot show that it lives" in r.message] == [
        caplog.records[0].message
    ]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_an_interval_that_is_no_time_is_refused(tmp_path: Path, seconds: float) -> None:
    with pytest.raises(ConfigError, match=r"above 0, but got .*\(interval_seconds\)"):
        Heartbeat(tmp_path, seconds)


@linux
def test_a_forked_child_neither_beats_nor_removes_the_file(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, sys
from ai_vs_human.runs.heartbeat import Heartbeat
file = pathlib.Path({str(tmp_path)!r}, "heartbeat.json")
with Heartbeat(file.parent, interval_seconds=0.01) as heart:
    child = os.fork()
    if child == 0:
        heart.__exit__(None, None, None)
        os._exit(0 if file.exists() else 3)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    pids = {{__import__("json").loads(file.read_text())["pid"] for _ in range(50)}}
sys.exit(code or (0 if pids == {{os.getpid()}} else 4))
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, timeout=60)

    assert done.returncode == 0


def test_this_process_is_alive_however_old_its_beat(tmp_path: Path) -> None:
    beat = own_beat(tmp_path)

    assert is_alive(beat, time.time())
    if beat["process_started"] is not None:
        assert is_alive(beat, time.time() + 1e6)


@linux
def test_a_process_that_got_the_id_of_another_is_not_that_one(tmp_path: Path) -> None:
    beat = own_beat(tmp_path)

    assert not is_alive(beat | {"process_started": beat["process_started"] + "0"}, beat["time"])


def test_a_process_that_ended_is_dead_at_once(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait(timeout=60)
    beat = own_beat(tmp_path) | {"pid": child.pid}

    assert not is_alive(beat, beat["time"])
    assert not is_alive(beat | {"process_started": None}, beat["time"])


@linux
def test_a_killed_process_whose_parent_has_not_asked_is_dead(tmp_path: Path) -> None:
    program = f"""
import pathlib, sys
from ai_vs_human.runs.heartbeat import Heartbeat
with Heartbeat(pathlib.Path({str(tmp_path)!r})):
    print("beats", flush=True)
    sys.stdin.read()
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"beats\n"
        beat = beat_of(tmp_path)
        assert is_alive(beat, time.time())

        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not is_alive(beat, time.time())


@pytest.mark.parametrize(
    ("silence_seconds", "interval_seconds", "alive"),
    [(59, 1, True), (61, 1, False), (119, 20, True), (121, 20, False)],
)
def test_elsewhere_six_intervals_of_silence_and_at_least_a_minute_are_death(
    silence_seconds: float, interval_seconds: float, *, alive: bool
) -> None:
    beat = beat_elsewhere(interval_seconds=interval_seconds)

    assert is_alive(beat, NOW + silence_seconds) is alive


@pytest.mark.parametrize(
    "change",
    [
        {"host": None},
        {"pid": "1"},
        {"pid": True},
        {"pid": 0},
        {"pid": -1},
        {"process_started": 5},
        {"time": "now"},
        {"time": float("nan")},
        {"time": 10**400},
        {"interval_seconds": 0},
        {"interval_seconds": float("inf")},
        {"interval_seconds": None},
    ],
)
def test_a_malformed_beat_is_dead(change: dict[str, Any]) -> None:
    assert is_alive(beat_elsewhere(), NOW)

    assert not is_alive(beat_elsewhere(**change), NOW)


@pytest.mark.parametrize("name", ["host", "pid", "process_started", "time", "interval_seconds"])
def test_a_beat_that_lacks_a_word_is_dead(name: str) -> None:
    beat = beat_elsewhere()
    del beat[name]

    assert not is_alive(beat, NOW)
