"""What Hydra's words vary is what W&B draws from."""

from typing import Any

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra_plugins.hydra_optuna_sweeper._impl import create_optuna_distribution_from_override
from wandb.sdk.sweeps.scheduler.optuna import sweep_parameter_to_distribution

from ai_vs_human.errors import ConfigError
from ai_vs_human.tasks.sweep.wandb_parameter import wandb_parameter


def parsed(text: str) -> Override:
    return OverridesParser.create().parse_override(text)


@pytest.mark.parametrize(
    "text",
    [
        "x=interval(0,1)",
        "x=interval(0.0,0.5)",
        "x=interval(1,9)",
        "x=int(interval(1.0,9.0))",
        "x=tag(log,interval(1e-4,3e-2))",
        "x=tag(log,interval(1,64))",
        "x=range(1,9)",
        "x=range(16,129,step=16)",
        "x=range(9,1,step=-1)",
        "x=choice(1,2,3)",
        "x=choice(0.1,1e-05)",
        "x=choice(none,mirror)",
        "x=a,b",
    ],
)
def test_w_and_b_draws_what_hydra_s_optuna_sweeper_draws(text: str) -> None:
    """Both say it in Optuna's words: W&B's own translation, and hydra-optuna-sweeper's."""
    ours = sweep_parameter_to_distribution(wandb_parameter(parsed(text)))

    assert ours == create_optuna_distribution_from_override(parsed(text))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x=null,true,'a b','1'", ["null", "True", "'a b'", "'1'"]),
        ("x=choice([16,32],[64])", ["[16,32]", "[64]"]),
        ("x=choice({a:1},{a:2})", ["{a:1}", "{a:2}"]),
        ("x=range(1,8,step=3)", [1, 4, 7]),
        ("x=range(0,0.5,0.2)", [0.0, 0.2, 0.4]),
        ("x=range(3,4)", [3]),
        ("x=sort(3,1,2)", [1, 2, 3]),
    ],
)
def test_other_values_are_listed_as_hydra_reads_them(text: str, values: list[Any]) -> None:
    assert wandb_parameter(parsed(text)) == {"values": values}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x=tag(log,interval(0,1))", r"logarithmic interval above 0, but got x=tag"),
        ("x=interval(2,1)", r"interval from low to high, but got x=interval\(2,1\)"),
        ("x=range(5,5)", r"expected values to draw from, but got x=range\(5,5\)"),
    ],
)
def test_what_w_and_b_cannot_draw_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as told:
        wandb_parameter(parsed(text))

    assert told.value.hint is not None
    assert "tag(log,interval(1e-4,1))" in told.value.hint
