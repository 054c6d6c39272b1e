"""A run that its sweep pruned is over: nobody goes on with it, and a new one takes its place."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from ai_vs_human.errors import CheckpointError
from ai_vs_human.tasks.attempt import begun
from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.stored_config import composed_sha256
from tests.conftest import CONF
from tests.runs.making import make_run

A = "20260101-000000-aaaaaa"


def config(outputs: Path, *words: str) -> DictConfig:
    register_resolvers()
    with initialize_config_dir(str(CONF)):
        return compose("train", [f"paths.output_dir={outputs}", *words], return_hydra_config=True)


def test_a_pruned_run_is_not_gone_on_with(tmp_path: Path) -> None:
    folder = make_run(tmp_path, A, status="pruned", config={})
    named = config(tmp_path, f"resume={A}", f"paths.run_dir={folder}")

    with (
        pytest.raises(CheckpointError, match=rf"go on with, but got {A}, which its sweep") as told,
        begun(named),
    ):
        pass

    assert told.value.hint == f"like={A} in place of resume= trains it anew, to the end"


@pytest.mark.parametrize(("status", "goes_on"), [("pruned", False), ("interrupted", True)])
def test_auto_passes_a_pruned_run_by(tmp_path: Path, status: str, goes_on: bool) -> None:  # noqa: FBT001
    auto = config(tmp_path, "resume=auto", "paths.run_dir=x")
    sha256 = composed_sha256(auto)
    make_run(tmp_path, A, status=status, config_sha256=sha256)

    assert auto.hydra.run.dir.endswith(A) is goes_on
