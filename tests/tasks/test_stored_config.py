"""A stored config, and what a command line changes in it."""

import logging
from pathlib import Path

import pytest
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.errors import CheckpointError, ConfigError
from ai_vs_human.tasks.stored_config import composed_sha256, stored_config, write_composed


def composed(**changes: object) -> DictConfig:
    config = {
        "seed": 0,
        "data": {"seed": "${seed}", "batch_size": 8},
        "logger": {"wandb": {"api_key": None}},
        "tags": [],
        "resume": None,
        "like": None,
    }
    return OmegaConf.create(config | changes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_composed(composed(seed=7), tmp_path)
    return tmp_path


def test_the_stored_values_come_before_those_composed_today(folder: Path) -> None:
    config = stored_config(folder, composed(seed=0, tags=["new"]), [])

    assert config.seed == 7
    assert config.data.seed == 7
    assert config.tags == []


def test_what_the_command_line_names_is_taken_and_what_follows_from_it_follows(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    today = composed(seed=3, data={"seed": "${seed}", "batch_size": 16, "extra": 1})

    with caplog.at_level(logging.INFO):
        config = stored_config(folder, today, ["seed=3", "data.batch_size=16", "+data.extra=1"])

    assert config.data == {"seed": 3, "batch_size": 16, "extra": 1}
    assert "other than in the stored config: seed: 7 -> 3" in caplog.text
    assert "data.batch_size: 8 -> 16" in caplog.text


def test_a_group_s_member_is_taken_whole_and_a_deleted_key_goes(folder: Path) -> None:
    today = composed(logger={"csv": {"name": "csv"}})

    config = stored_config(folder, today, ["logger=csv", "~tags"])

    assert config.logger == {"csv": {"name": "csv"}}
    assert "tags" not in config


def test_where_the_config_comes_from_is_today_s_word(folder: Path) -> None:
    config = stored_config(folder, composed(resume="latest"), ["resume=latest"])

    assert config.resume == "latest"
    assert "resume" not in (folder / "composed.yaml").read_text()


def test_where_a_run_is_copied_to_is_today_s_word_named_or_not(tmp_path: Path) -> None:
    write_composed(composed(paths={"mirror": "gs://b/first", "model_dir": None}), tmp_path)
    today = composed(paths={"mirror": "${oc.env:NOWHERE,null}", "model_dir": "gs://b/model"})

    paths = stored_config(tmp_path, today, []).paths

    assert (paths.mirror, paths.model_dir) == (None, "gs://b/model")


@pytest.mark.parametrize("override", ["experiment=cifake", "debug=fdr", "model@x=npr"])
def test_what_changes_keys_anywhere_is_refused(override: str, folder: Path) -> None:
    with pytest.raises(
        ConfigError, match=f"values to change in a stored config, but got {override}"
    ):
        stored_config(folder, composed(), [override])


def test_a_secret_is_not_stored_and_asked_for_again(tmp_path: Path) -> None:
    secret = {"wandb": {"api_key": "0123456789abcdef"}}
    write_composed(composed(logger=secret), tmp_path)
    given = composed(logger=secret)

    assert "0123456789abcdef" not in (tmp_path / "composed.yaml").read_text()
    with pytest.raises(ConfigError, match=r"secrets are not stored \(logger.wandb.api_key\)"):
        stored_config(tmp_path, composed(), [])
    config = stored_config(tmp_path, given, ["logger.wandb.api_key=0123456789abcdef"])
    assert config.logger.wandb.api_key == "0123456789abcdef"


def test_a_path_that_lost_a_secret_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_0123456789")
    write_composed(composed(data={"root": "/mnt/hf_0123456789/images"}), tmp_path)

    with pytest.raises(ConfigError, match=r"secrets are not stored \(data.root\)"):
        stored_config(tmp_path, composed(), [])


def test_a_folder_without_a_config_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"with composed.yaml, but got {tmp_path}"):
        stored_config(tmp_path, composed(), [])


@pytest.mark.parametrize("text", ["a: [", "- 1"])
def test_a_config_that_is_none_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "composed.yaml").write_text(text)

    with pytest.raises(CheckpointError, match=r"composed.yaml\)"):
        stored_config(tmp_path, composed(), [])


def test_equal_commands_have_equal_hashes_whatever_they_resume() -> None:
    assert composed_sha256(composed()) == composed_sha256(composed(resume="auto", hydra={"x": 1}))
    assert composed_sha256(composed()) != composed_sha256(composed(seed=1))
