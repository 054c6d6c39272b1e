"""The commands of conf/hydra/launcher/vertex.md, dry."""

import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Run, succeeded

PAGE = (ROOT / "conf" / "hydra" / "launcher" / "vertex.md").read_text(encoding="utf-8")
LINES = [
    line
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
TRAININGS = [line.removeprefix("python ") for line in LINES if line.startswith("python ")]
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
    command: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in EXPORTS.items():
        monkeypatch.setenv(name, value)
    dry = "hydra.launcher.dry_run=true"
    words = command.split()

    succeeded(run(*words, *([] if dry in words else [dry])))

    files = sorted(tmp_path.glob("outputs/train/*/vertex/*.yaml"))
    assert len(files) == {"model=cnn,npr": 2, "seed=0,1,2": 3}.get(words[-1], 1)
    for path in files:
        (pool, *_) = yaml.safe_load(path.read_text())["workerPoolSpecs"]
        assert pool["containerSpec"]["imageUri"] == EXPORTS["AI_VS_HUMAN_IMAGE"]
