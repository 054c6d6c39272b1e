"""A copy that follows a run's folder by itself."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_vs_human.runs.mirror import following as module
from ai_vs_human.runs.mirror.copying import RunCopy
from ai_vs_human.runs.mirror.following import Following
from tests.runs.mirror.training import Training, step_of


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.02)


def test_points_records_and_signs_of_life_are_copied_as_they_come(tmp_path: Path) -> None:
    training, far = Training(tmp_path / "7"), tmp_path / "far"

    with Following(RunCopy(training.folder, str(far))):
        wait_for((far / "result.json").exists)
        (training.folder / "heartbeat.json").touch()
        wait_for((far / "heartbeat.json").exists)
        for step in (1, 2):
            training.go_on()
            wait_for(lambda step=step: step_of(far) == step)
        (training.folder / "provenance.json").touch()
        wait_for((far / "provenance.json").exists)


def test_a_fault_is_told_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    training, far = Training(tmp_path / "7"), tmp_path / "far"
    far.write_text("no folder")

    with caplog.at_level(logging.WARNING), Following(RunCopy(training.folder, str(far))):
        wait_for(lambda: bool(caplog.messages))
        time.sleep(0.1)
        far.unlink()
        wait_for((far / "result.json").exists)

    (said,) = caplog.messages
    assert said.startswith("the run goes on, and tries again: expected a copy of the run's folder")
    assert "without config.yaml, result.json: " in said
