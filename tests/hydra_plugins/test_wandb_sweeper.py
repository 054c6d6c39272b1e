"""`train.py -m hparams_search=wandb` writes a file, and starts nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT


def test_a_w_and_b_sweep_is_written_down_and_nothing_starts(
    start: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start("train.py", "-m", "hparams_search=wandb", "trainer.max_epochs=2", "seed=1,2")

    [path] = tmp_path.glob("outputs/**/*.*")
    assert path.name == "wandb_sweep.yaml"
    found = yaml.safe_load(path.read_text())
    assert found["name"] == path.parent.name
    assert found["program"] == str(ROOT / "train.py")
    assert found["metric"] == {"name": "val/auroc", "goal": "maximize"}
    assert found["run_cap"] == 20
    assert set(found["parameters"]) == {
        "model.optimizer.lr",
        "model.optimizer.weight_decay",
        "data/augment",
        "seed",
    }
    assert found["command"][4:] == ["logger=wandb", "test=false", "trainer.max_epochs=2"]
    said = capsys.readouterr().out
    assert f"wandb sweep {path.relative_to(tmp_path)}" in said
    assert "wandb agent <entity>/ai-vs-human/" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("logger=csv",), "expected W&B among the loggers, but got none"),
        (("logger=none",), "hint: logger=wandb, or logger=[csv,wandb]"),
        (("optimized_metric=[val/auroc,val/loss]",), "expected one metric, but got ["),
        (("hydra.sweeper.method=tpe",), "expected one of bayes, random, grid, but got tpe"),
    ],
)
def test_a_sweep_that_would_learn_nothing_is_refused(
    words: tuple[str, ...],
    said: str,
    start: Callable[..., None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="1"):
        start("train.py", "-m", "hparams_search=wandb", *words)

    assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("outputs/**/*.yaml"))
