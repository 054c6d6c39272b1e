"""One run of a search has the search's config, and not its name."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.sweep.single_run import single_run
from tests.conftest import CONF

MINE = """
# @package _global_
defaults:
  - override /logger: [csv, tensorboard]
  - override /model: npr
  - override /energy: none
optimized_metric: val/loss
test: false
tags: [a, "it's", 'b c', null, "${seed}", 'true', {x: [1]}]
notes: {deep: 'a: b', empty: ''}
trainer:
  max_epochs: 3
model:
  optimizer: {lr: 1.0e-05}
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("hparams_search=wandb", "seed=3"), ["logger=wandb", "test=false", "seed=3"]),
        (("hparams_search=wandb", "logger=many"), ["test=false", "logger=many"]),
        (("seed=3",), ["seed=3"]),
        (("hparams_search=mine", "model.optimizer.lr=2", "energy=zeus"), None),
    ],
)
def test_the_words_of_one_run_compose_to_the_same(
    words: tuple[str, ...], expected: list[str] | None, tmp_path: Path
) -> None:
    register_resolvers()
    (tmp_path / "hparams_search").mkdir()
    (tmp_path / "hparams_search" / "mine.yaml").write_text(MINE.strip())

    def composed(overrides: list[str]) -> DictConfig:
        where = [f"hydra.searchpath=[{tmp_path}]", "paths.run_dir=x"]
        return compose("train", [*where, *overrides], return_hydra_config=True)

    def values(overrides: list[str]) -> object:
        plain = OmegaConf.to_container(composed(overrides), resolve=False)
        assert isinstance(plain, dict)
        return {key: value for key, value in plain.items() if key != "hydra"}

    with initialize_config_dir(str(CONF)):
        found = single_run(composed, words)

        assert expected is None or found == expected
        assert not any("hparams_search" in word for word in found)
        assert values(found) == values(list(words))
