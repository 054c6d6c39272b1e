"""The commands of conf/hydra/launcher/vertex.md, dry."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

PAGE = (ROOT / "conf" / "hydra" / "launcher" / "vertex.md").read_text(encoding="utf-8")
LINES = [
    line
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
COMMANDS = [line.removeprefix("python ") for line in LINES if line.startswith("python ")]
TRAININGS = [command for command in COMMANDS if "hydra/launcher=vertex" in command]
[MIRRORED] = [command for command in COMMANDS if command not in TRAININGS]
EXPORTS = dict(
    word.split("=", 1) for line in LINES if line.startswith("export ") for word in line.split()[1:]
)


def test_the_page_has_commands_for_each_matter() -> None:
    words = " ".join(TRAININGS)
    for word in ("dry_run", "seed=0,1,2", "accelerator_type", "replica_count", "secrets."):
        assert word in words
    assert len(EXPORTS) == 4


@pytest.mark.parametrize("command", TRAININGS)
def test_a_command_of_the_page_specifies_jobs(
    command: str, start: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in EXPORTS.items():
        monkeypatch.setenv(name, value)
    dry = "hydra.launcher.dry_run=true"
    words = command.split()

    start(*words, *([] if dry in words else [dry]))

    files = sorted(tmp_path.glob("outputs/train/*/vertex/*.yaml"))
    assert len(files) == {"model=cnn,npr": 2, "seed=0,1,2": 3}.get(words[-1], 1)
    for path in files:
        (pool, *_) = yaml.safe_load(path.read_text())["workerPoolSpecs"]
        assert pool["containerSpec"]["imageUri"] == EXPORTS["AI_VS_HUMAN_IMAGE"]


def test_a_copy_of_the_folder_is_kept(start: Callable[..., None], tmp_path: Path) -> None:
    words = [*MIRRORED.split(), "data.size=tiny", "trainer.limit_train_batches=1"]
    start(*words, "trainer.max_epochs=1")
    assert (tmp_path / "copies/train/one/result.json").is_file()
