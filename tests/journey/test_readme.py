"""Every command that a reader could copy is run, on small data."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run, newest_run, succeeded
from tests.toys import toy_images

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.strip().splitlines()]
PYTHON = [command.removeprefix("python ") for command in COMMANDS if command.startswith("python ")]
AFTERWARDS = [one for one in PYTHON if "latest" in one or not one.startswith("train.py")]
"""Commands that need a training to be there."""
MAKE = sorted({command for command in COMMANDS if command.startswith("make ")})


def shortened(command: str) -> list[str]:
    """The command's words, and what makes it quick."""
    words = command.split()
    if not words[0].endswith("train.py"):
        return words
    if "data=folder" in words or "experiment=cifake" in words:
        words += ["data.num_workers=0", "data.batch_size=8"]
    else:
        words += ["data.size=tiny"]
    if "-m" in words and not any(word.startswith("hydra/launcher=") for word in words):
        words += ["hydra/launcher=basic", "trainer.max_epochs=1"]
    if "hparams_search=optuna" in words:
        words += ["hydra.sweeper.n_trials=1"]
    return [*words, "trainer.limit_train_batches=2"]


def test_there_are_commands_for_every_entry() -> None:
    entries = {command.split()[0] for command in PYTHON}

    scripts = ("audit", "evaluate", "predict", "reproduce", "runs")
    assert entries == {"train.py", *(f"scripts/{script}.py" for script in scripts)}
    assert set(COMMANDS) == {*MAKE, *(f"python {command}" for command in PYTHON)}


@pytest.mark.parametrize("command", [one for one in PYTHON if one not in AFTERWARDS])
def test_a_training_command_runs(
    command: str, start: Callable[..., None], run: Run, tmp_path: Path
) -> None:
    if "cifake" in command:
        for split in toy_images(tmp_path / "cifake").iterdir():
            (split / "ai").rename(split / "FAKE")
            (split / "human").rename(split / "REAL")
    else:
        toy_images(tmp_path / "images", splits=False)
    words = shortened(command)

    if (
        "ddp_sim" in command or "joblib" in command
    ):  # processes that only a process of its own starts
        succeeded(run(*words))
    else:
        start(*words)

    if "dry_run" in command:
        assert len(list(tmp_path.glob("outputs/train/*/vertex/*.yaml"))) == 1
    elif "hparams_search" in command:
        assert len(list(tmp_path.glob("outputs/train/optuna-*/study.html"))) == 1
    else:
        assert (newest_run(tmp_path) / "test_predictions.csv").is_file()


def test_the_other_commands_run_after_a_training(
    start: Callable[..., None], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images")
    watts = ("energy=declared", "energy.declared_watts.cpu=65")
    start("train.py", "data.size=tiny", "trainer.max_epochs=1", *watts)

    for command in AFTERWARDS:
        try:
            start(*command.split())
        except SystemExit as end:
            assert end.code == 0, command  # noqa: PT017 -- most commands end without one

    assert len(list((tmp_path / "outputs" / "evaluate").iterdir())) == 2
    assert len(list((tmp_path / "outputs" / "predict").iterdir())) == 1


@pytest.mark.parametrize("command", MAKE)
def test_a_make_target_exists_and_is_explained(command: str) -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    target = command.split()[1]

    subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True)

    assert re.search(rf"\b{target}\b", listed.stdout)


def test_every_group_and_member_stands_in_the_table() -> None:
    groups = [path for path in (ROOT / "conf").iterdir() if path.is_dir()]
    told = {"model", "data", "trainer", "callbacks", "logger", "energy", "experiment", "debug"}
    told |= {"hparams_search", "audit"}

    assert {group.name for group in groups} - {"paths", "hydra"} == told
    for group in told - {"callbacks"}:
        row = re.search(rf"^\| `{group}` \|([^|]*)\|", README, re.MULTILINE)
        assert row is not None
        for member in (ROOT / "conf" / group).glob("*.yaml"):
            assert re.search(rf"\b{member.stem}\b", row[1]), f"{group}={member.stem}"
