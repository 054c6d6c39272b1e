"""An experiment made of words means what the words mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.sweep.best_config import write_best
from tests.conftest import CONF


def composed(*words: str, also: Path | None = None) -> dict[str, Any]:
    register_resolvers()
    where = [] if also is None else [f"hydra.searchpath=[{also}]"]
    with initialize_config_dir(str(CONF)):
        config = compose("train", overrides=["paths.run_dir=x", *where, *words])
    values = OmegaConf.to_container(config, resolve=False)
    assert isinstance(values, dict)
    return values


def is_group(key: str) -> bool:
    with initialize_config_dir(str(CONF)):
        return bool(GlobalHydra.instance().config_loader().get_group_options(key))


def written(tmp_path: Path, words: Sequence[str]) -> Path:
    return write_best(words, {"study": "s"}, tmp_path, is_group)


@pytest.mark.parametrize(
    "words",
    [
        ("model=resnet18", "model.optimizer.lr=0.003", "data/augment=none"),
        ("model.optimizer.lr=1e-05", "model/optimizer=sgd", "model.optimizer.lr=2"),
        ("logger=[csv,tensorboard]", "callbacks=none", "energy=none"),
        ("tags=[a,'b c',\"d'e\",null,1,true]", "model.backbone.widths=[16,32]"),
        ("checkpoint=null", "callbacks.progress_bar=null", "data.workers=3"),
        ("tags=['${seed}']", "data.batch_size=${seed}", "data.dataset_seed=${oc.env:SEED,0}"),
        ("+trainer.max_time=1", "++data.num_workers=2", "+notes={a: 1, b: [x, y]}"),
        ("+notes='a: b # c'", "+more='007'", "+even='null'", "+last=''", "+sign='%&{}[]'"),
        ("model.optimizer={lr: 0.1, weight_decay: 0.5}", "model.optimizer.lr=0.2"),
        ("experiment=cifake", "data.root=x", "model=npr", "trainer.max_epochs=3"),
        ("debug=limit", "trainer.max_epochs=7", "trainer=default"),
        ("experiment=cifake", "debug=overfit", "data.root=x", "model.optimizer.lr=1"),
        ("trainer.max_epochs=1", "trainer.max_epochs=2"),
        (),
    ],
    ids=str,
)
def test_the_experiment_composes_to_the_config_of_the_words(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    path = written(tmp_path, words)

    assert path == tmp_path / "experiment" / "best.yaml"
    assert composed("experiment=best", also=tmp_path) == composed(*words)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("model=npr", "~callbacks.progress_bar"), "'~callbacks.progress_bar'"),
        (("~logger", "seed=1"), "'~logger'"),
        (("tags=[a,b]", "model.backbone.widths.0=8"), "model.backbone.widths.0=8"),
    ],
)
def test_what_no_file_can_say_is_said_in_its_command(
    words: tuple[str, ...], left: str, tmp_path: Path
) -> None:
    text = written(tmp_path, words).read_text()

    [line] = [line for line in text.splitlines() if line.startswith("# run it")]
    assert line.endswith(f"python train.py --config-dir={tmp_path} experiment=best {left}")
    rest = [word for word in words if word in left]
    assert composed("experiment=best", *rest, also=tmp_path) == composed(*words)


def test_what_the_sweep_is_run_by_is_no_part_of_it(tmp_path: Path) -> None:
    words = ("hparams_search=optuna", "hydra.sweeper.n_trials=3", "hydra/launcher=joblib", "seed=3")

    values = yaml.safe_load(written(tmp_path, words).read_text())

    assert values == {"defaults": ["_self_"], "seed": 3}


def test_a_secret_is_asked_for_again(tmp_path: Path) -> None:
    text = written(tmp_path, ("+logger.csv.api_key=verysecret1", "seed=3")).read_text()

    assert "verysecret1" not in text
    assert "experiment=best '+logger.csv.api_key=***'" in text


def test_the_comment_says_where_it_is_from_in_lines_of_its_own(tmp_path: Path) -> None:
    about = {"study": "20260101-000000-aaaaaa", "value": "val/auroc = 0.9\nseed: 3"}

    lines = write_best((), about, tmp_path, is_group).read_text().splitlines()

    assert lines[0] == "# @package _global_"
    assert "# study     20260101-000000-aaaaaa" in lines
    assert "# value     val/auroc = 0.9 seed: 3" in lines
    assert lines[-2:] == ["defaults:", "- _self_"]
