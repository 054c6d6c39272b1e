"""A run that is copied to the addresses of its config, and what becomes of faults there."""

import logging
from pathlib import Path

import pytest
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.errors import CheckpointError, StorageError
from ai_vs_human.runs.result import Result, Status
from ai_vs_human.tasks.attempt import _attempt
from ai_vs_human.tasks.mirrored import copy_of, mirrored
from tests.runs.mirror.training import Training, emptied, step_of


def config_of(tmp_path: Path, **paths: str) -> DictConfig:
    places = {"mirror": str(tmp_path / "far"), "model_dir": None} | paths
    return OmegaConf.create({"resume": "auto", "paths": places})


def completed(folder: Path, status: Status = "completed") -> None:
    training = Training(folder)
    training.go_on()
    training.end()
    best = "checkpoints/best_1.ckpt"
    Result(run_id=folder.name, task="train", status=status, checkpoint=best).write(folder)


def completed_without_a_copy(folder: Path) -> None:
    completed(folder)
    (folder.parent / "far").write_text("no folder")


def stopped_without_a_copy(folder: Path) -> None:
    Training(folder)
    (folder.parent / "far").write_text("no folder")
    raise KeyboardInterrupt


def test_a_completed_run_is_copied_and_its_model_published(tmp_path: Path) -> None:
    folder, config = tmp_path / "7", config_of(tmp_path, model_dir=str(tmp_path / "model"))

    with mirrored(copy_of(folder, config), folder, config):
        completed(folder)

    result, model = tmp_path / "far" / "result.json", tmp_path / "model" / "model.ckpt"
    assert result.read_bytes() == (folder / "result.json").read_bytes()
    assert model.read_bytes() == b"best" * 10
    assert model.stat().st_mtime_ns <= result.stat().st_mtime_ns, "the result comes last"
    assert (tmp_path / "model" / "config.yaml").read_text() == "seed: 0"
    assert not (folder / ".mirror").exists()


def test_without_a_mirror_a_model_is_published_all_the_same(tmp_path: Path) -> None:
    folder, config = tmp_path / "7", config_of(tmp_path, mirror="", model_dir=f"{tmp_path}/model")

    with mirrored(copy_of(folder, config), folder, config):
        completed(folder)

    assert (tmp_path / "model" / "model.ckpt").is_file()
    assert not (tmp_path / "far").exists()


def test_a_pruned_run_publishes_nothing(tmp_path: Path) -> None:
    folder, config = tmp_path / "7", config_of(tmp_path, model_dir=str(tmp_path / "model"))

    with mirrored(copy_of(folder, config), folder, config):
        completed(folder, "pruned")

    assert "pruned" in (tmp_path / "far" / "result.json").read_text()
    assert not (tmp_path / "model").exists()


def test_a_run_whose_copy_is_not_complete_does_not_end_well(tmp_path: Path) -> None:
    folder, config = tmp_path / "7", config_of(tmp_path)

    with (
        pytest.raises(
            StorageError, match=r"without checkpoints/best_1\.ckpt, config\.yaml, .*json"
        ),
        mirrored(copy_of(folder, config), folder, config),
    ):
        completed_without_a_copy(folder)


def test_a_model_that_cannot_be_stored_is_told(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("no folder")
    folder, config = tmp_path / "7", config_of(tmp_path, model_dir=str(tmp_path / "model"))

    with (
        pytest.raises(StorageError, match=r"expected to store model\.ckpt, but got: .*model\)"),
        mirrored(copy_of(folder, config), folder, config),
    ):
        completed(folder)

    assert step_of(tmp_path / "far") is None


def test_what_ended_a_run_matters_more_than_its_copy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, config = tmp_path / "7", config_of(tmp_path)

    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(KeyboardInterrupt),
        mirrored(copy_of(folder, config), folder, config),
    ):
        stopped_without_a_copy(folder)

    assert "expected a copy of the run's folder" in caplog.text


def test_other_processes_of_a_machine_leave_the_copy_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    folder, config = tmp_path / "7", config_of(tmp_path, model_dir=str(tmp_path / "model"))

    with mirrored(copy_of(folder, config), folder, config):
        completed(folder)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["7"]


def test_a_machine_without_the_run_that_the_first_goes_on_with_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setenv("AI_VS_HUMAN_AGREED_ATTEMPT", "checkpoints/resume.ckpt")

    with pytest.raises(
        CheckpointError, match=r"on the disk of every machine, but got none"
    ) as told:
        _attempt(config_of(tmp_path), emptied(tmp_path / "7"), None)

    assert str(told.value.hint).startswith("paths.mirror=gs://")
