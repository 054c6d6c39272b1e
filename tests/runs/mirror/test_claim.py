"""The right to a run's copy."""

import json
import os
import socket
import time
from pathlib import Path

import pytest

from ai_vs_human.errors import ConfigError, StorageError
from ai_vs_human.runs.mirror import claim as module
from ai_vs_human.runs.mirror.claim import claim
from ai_vs_human.runs.mirror.copying import RunCopy
from ai_vs_human.runs.process import start_of
from ai_vs_human.runs.result import Result, read_result
from tests.runs.mirror.training import Training, emptied, step_of


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """An address with the copy of run 7, whose folder is gone."""
    training = Training(tmp_path / "7")
    training.go_on()
    RunCopy(training.folder, str(tmp_path / "far")).copy()
    emptied(training.folder)
    return tmp_path / "far"


def beat(far: Path, **words: object) -> None:
    sign = {"host": "elsewhere", "pid": 1, "process_started": None, "interval_seconds": 1e-3}
    far.mkdir(exist_ok=True)
    (far / "heartbeat.json").write_text(json.dumps(sign | {"time": time.time()} | words))


def test_a_run_that_is_there_is_fetched(far: Path, tmp_path: Path) -> None:
    claim(RunCopy(tmp_path / "7", str(far)), resuming=True)

    assert step_of(tmp_path / "7") == 1


def test_a_run_that_is_here_is_the_truth(far: Path, tmp_path: Path) -> None:
    claim(RunCopy(tmp_path / "7", str(far)), resuming=True)
    training = Training.__new__(Training)
    training.folder, training.step = tmp_path / "7", 1
    training.go_on()

    claim(RunCopy(tmp_path / "7", str(far)), resuming=True)

    assert step_of(far) == step_of(tmp_path / "7") == 2


def test_what_a_refused_start_has_left_here_is_no_run(far: Path, tmp_path: Path) -> None:
    Result("7", "train", "failed").write(tmp_path / "7")

    claim(RunCopy(tmp_path / "7", str(far)), resuming=True)

    assert read_result(far).status == read_result(tmp_path / "7").status == "running"


def test_nothing_there_is_a_new_run(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()

    claim(RunCopy(tmp_path / "7", str(tmp_path / "far")), resuming=False)

    assert not (tmp_path / "far").exists()


def test_another_run_there_is_refused(far: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"without a run, but got that of run 7 \(.*far\)") as new:
        claim(RunCopy(tmp_path / "8", str(far)), resuming=False)
    with pytest.raises(ConfigError, match=r"a copy of run 8, but got that of run 7 \(.*far\)"):
        claim(RunCopy(tmp_path / "8", str(far)), resuming=True)

    assert new.value.hint == "resume=auto goes on with it; another paths.mirror= begins a new one"
    assert list((tmp_path / "7").iterdir()) == []


def test_a_copy_that_a_process_works_at_is_refused(far: Path, tmp_path: Path) -> None:
    here = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "process_started": start_of(os.getpid()),
    }
    beat(far, **here)

    with pytest.raises(ConfigError, match=r"to itself, but got one in which the process \d+ on"):
        claim(RunCopy(tmp_path / "7", str(far)), resuming=True)


def test_a_process_elsewhere_is_watched_until_it_beats_again(
    far: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    beat(far)
    monkeypatch.setattr(module.time, "sleep", lambda s: (looks.append(s), beat(far)))

    with pytest.raises(ConfigError, match="the process 1 on elsewhere works"):
        claim(RunCopy(tmp_path / "7", str(far)), resuming=True)

    assert len(looks) == 1


def test_a_process_that_was_taken_away_is_waited_for(
    far: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.05)
    beat(far, time=time.time() - 59.8)  # a minute of silence is death

    claim(RunCopy(tmp_path / "7", str(far)), resuming=True)

    assert step_of(tmp_path / "7") == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"status": "odd"}'])
def test_what_is_no_result_is_not_overwritten(text: str, far: Path, tmp_path: Path) -> None:
    (far / "result.json").write_text(text)

    with pytest.raises(StorageError, match=r"expected a run's result, but got .*far/result.json"):
        claim(RunCopy(tmp_path / "7", str(far)), resuming=True)


def test_an_address_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "far" / "heartbeat.json").mkdir(parents=True)

    with pytest.raises(StorageError, match=r"expected an address that can be read, but got .*far"):
        claim(RunCopy(tmp_path / "7", str(tmp_path / "far")), resuming=True)
