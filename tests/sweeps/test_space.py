"""Values that Hydra reads as they were meant."""

import optuna
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from ai_vs_human.sweeps.space import Space, spelt
from ai_vs_human.sweeps.spaces import optimizers


@pytest.mark.parametrize(
    "value", [None, True, 3, 1e-7, 0.1, "cnn", "a b", "c,d", "f(x)", "it's", "a\\'b", "x=1", "a:b"]
)
def test_a_value_is_read_as_itself(value: object) -> None:
    word = OverridesParser.create().parse_override(f"key={spelt(value)}")
    assert not word.is_sweep_override()
    read = word.value()
    assert (getattr(read, "text", read)) == value


def test_a_list_among_choices_stays_a_list() -> None:
    word = OverridesParser.create().parse_override(f"key={spelt('[1,2]')}")
    assert word.value() == [1, 2]


def test_a_space_asks_for_what_a_choice_makes_sensible() -> None:
    seen = set()
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(30):
        trial = study.ask()
        words = Space(extend=lambda one: optimizers(None, one)).suggest(trial)
        seen.add((trial.params["model/optimizer"], frozenset(w.partition("=")[0] for w in words)))
    lr, chosen = "model.optimizer.lr", "model/optimizer"
    assert seen == {
        ("sgd", frozenset({chosen, lr, "model.optimizer.momentum"})),
        ("adam", frozenset({chosen, lr})),
        ("adamw", frozenset({chosen, lr, "model.optimizer.weight_decay"})),
    }
