"""The commands of the pages on many runs at once, each on the smallest data."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.validation.diagnose import diagnose
from tests.conftest import CONF, ROOT, Run, members, newest_run, succeeded
from tests.hydra_plugins.slurm import stand_in_for_slurm

ELSEWHERE = [CONF / group / "README.md" for group in ("data", "energy")]
"""Pages whose commands are run by test_data_page.py and test_energy_page.py."""
PAGES = {
    path: path.read_text("utf-8") for path in CONF.glob("**/README.md") if path not in ELSEWHERE
}
COMMANDS = [
    line.removeprefix("python ")
    for page in PAGES.values()
    for block in re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    for line in block.strip().splitlines()
]
TRAININGS = [one for one in COMMANDS if one.startswith("train.py") and "=wandb" not in one]
QUICK = ("data.size=tiny", "trainer.max_epochs=1", "trainer.limit_train_batches=1")
BARE = ("callbacks=none", "logger=none", "trainer.limit_val_batches=1")


def shortened(command: str) -> list[str]:
    words = [*command.replace("seed=0,1", "seed=0").split(), *QUICK, *BARE]
    if "hparams_search" in command:
        words = [word for word in words if "n_trials" not in word] + ["hydra.sweeper.n_trials=1"]
    if "best=evaluate" in command:
        words.remove("callbacks=none")  # the checkpoint is what is evaluated
    if "optuna_energy" in command:
        words.append("model=cnn")
    return words


def test_every_way_to_run_many_has_a_command() -> None:
    launchers = {word for one in COMMANDS for word in re.findall(r"hydra/launcher=(\w+)", one)}
    assert launchers == set(members("hydra/launcher")) - {"process", "submitit_local", "vertex"}
    searches = {word for one in COMMANDS for word in re.findall(r"hparams_search=(\w+)", one)}
    assert searches == set(members("hparams_search"))


@pytest.mark.parametrize("group", ["hydra/launcher", "hparams_search"])
def test_every_member_stands_in_its_page(group: str) -> None:
    page = PAGES[CONF / group / "README.md"]
    for member in members(group):
        assert re.search(rf"^\| `{member}`", page, re.MULTILINE), f"{group}={member}"


@pytest.mark.parametrize("command", TRAININGS)
def test_a_command_of_a_page_runs(
    command: str,
    run: Run,
    start: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "slurm" in command:
        stand_in_for_slurm(tmp_path / "bin", monkeypatch)
    words = shortened(command)
    if "launcher" in command or "ddp_sim" in command or "best=" in command:
        succeeded(run(*words))
    else:  # what a job is made of, without the seconds of a process for each
        start(*words, "hydra/launcher=basic")

    if "optuna_energy" in command and not list(tmp_path.glob("**/study.html")):
        pytest.fail("the sweep left no report")
    if "optuna_energy" not in command:  # few machines can measure joules
        assert (newest_run(tmp_path, "evaluate" if "best=" in command else "train")).is_dir()


def test_a_sweep_of_wandb_is_written_down(start: Callable[..., None], tmp_path: Path) -> None:
    start("train.py", "-m", "hparams_search=wandb")
    [path] = tmp_path.glob("outputs/train/*/wandb_sweep.yaml")
    assert yaml.safe_load(path.read_text())["metric"]["name"] == "val/auroc"


IMAGE = (ROOT / "dockerfiles" / "README.md").read_text("utf-8")


def test_the_words_behind_an_images_name_are_understood() -> None:
    behind = re.findall(r"ai-vs-human:c\w+ (.*)", IMAGE)
    trainings = [words.split() for words in behind if not words.startswith("scripts/")]
    assert len(trainings) == 3
    register_resolvers()
    for words in trainings:
        assert diagnose("train", CONF, words) == []


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")
def test_the_images_make_targets_exist() -> None:
    commands = re.findall(r"^make .*", IMAGE, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        words = shlex.split(command)
        subprocess.run([words[0], "-n", *words[1:]], cwd=ROOT, check=True, capture_output=True)


def test_the_pages_are_linked() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    others = (CONF / "hydra/launcher/vertex.md", ROOT / "dockerfiles/README.md")
    for path in [*PAGES, *ELSEWHERE, *others]:
        assert f"({path.relative_to(ROOT).as_posix()})" in readme
