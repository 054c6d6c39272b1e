"""A W&B sweep's file, and the command lines that W&B's agent makes of it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import OmegaConf
from wandb.sdk.launch.sweeps.utils import (
    create_sweep_command,
    create_sweep_command_args,
)

from ai_vs_human.errors import ConfigError
from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.sweep.wandb_sweep import WandbSweep, commands, write_wandb_sweep
from ai_vs_human.tasks.validation.diagnose import diagnose
from tests.conftest import CONF

TOLD = WandbSweep(program="train.py", metric="val/auroc", run_cap=20)


def document(*words: str, told: WandbSweep = TOLD) -> dict[str, Any]:
    return told.document(OverridesParser.create().parse_overrides(list(words)), "s")


def agent_words(found: dict[str, Any], **drawn: Any) -> list[str]:
    """What W&B's agent would start, without the program: its own code, all but the process."""
    command = create_sweep_command(list(found["command"]))
    args = create_sweep_command_args({"args": {k: {"value": v} for k, v in drawn.items()}})
    args |= {"env": ["/usr/bin/env"], "interpreter": ["python"], "program": [found["program"]]}
    words = [
        part
        for one in command
        for part in (args[one[2:-1]] if one.startswith("${") and one.endswith("}") else [one])
    ]
    assert words[:3] == ["/usr/bin/env", "python", "train.py"]
    return words[3:]


def read(path: Path) -> dict[str, Any]:
    """As `wandb sweep` reads it: as YAML."""
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def composed(*words: str) -> dict[str, Any]:
    register_resolvers()
    with initialize_config_dir(str(CONF)):
        config = compose("train", overrides=["paths.run_dir=x", *words])
    values = OmegaConf.to_container(config, resolve=False)
    assert isinstance(values, dict)
    return values


def test_what_varies_is_w_and_b_s_and_the_rest_stands_in_the_command() -> None:
    found = document("model.optimizer.lr=interval(0.1,1)", "model=npr", "tags=[a,'b c']")

    assert found == {
        "name": "s",
        "project": "ai-vs-human",
        "program": "train.py",
        "method": "bayes",
        "metric": {"name": "val/auroc", "goal": "maximize"},
        "run_cap": 20,
        "parameters": {"model.optimizer.lr": {"distribution": "uniform", "min": 0.1, "max": 1.0}},
        "command": [
            "${env}", "${interpreter}", "${program}", "${args_no_hyphens}",
            "model=npr", "tags=[a,'b c']",
        ],
    }  # fmt: skip


def test_a_later_word_replaces_one_of_the_search_space() -> None:
    found = document(
        "data/augment=choice(none,flips)", "seed=1,2", "data/augment=none", "seed=1,2,3"
    )

    assert found["parameters"] == {"seed": {"values": [1, 2, 3]}}
    assert found["command"][-1] == "data/augment=none"


def test_the_file_is_what_wandb_reads(tmp_path: Path) -> None:
    told = WandbSweep(
        program="train.py",
        metric="val/loss",
        goal="minimize",
        method="random",
        early_terminate={"type": "hyperband", "min_iter": 3},
        entity="us",
    )
    found = document("x=null,true,'a b',1", told=told)

    path = write_wandb_sweep(found, tmp_path / "sweep")

    assert read(path) == found
    assert list(commands(found, path)) == [
        f"once             wandb sweep {path}",
        "on each machine  wandb agent us/ai-vs-human/<id that the first says>",
    ]


def test_the_agent_s_command_line_means_what_was_asked(tmp_path: Path) -> None:
    fixed = (
        "logger=wandb",
        "test=false",
        "model=cnn",
        "tags=[a,'b c',\"d'e\"]",
        "+notes='x=${seed}'",
    )
    varied = (
        "model.optimizer.lr=tag(log,interval(1e-4,3e-2))",
        "data/augment=choice(none,flips)",
        "model.backbone.widths=choice([8,16],[16])",
        "trainer.deterministic=true,null",
        "data.batch_size=range(16,129,step=16)",
    )
    found = read(write_wandb_sweep(document(*varied, *fixed), tmp_path))
    drawn = {
        "model.optimizer.lr": 1e-05,
        "data/augment": "none",
        "model.backbone.widths": found["parameters"]["model.backbone.widths"]["values"][0],
        "trainer.deterministic": found["parameters"]["trainer.deterministic"]["values"][1],
        "data.batch_size": 32,
    }

    words = agent_words(found, **drawn)

    assert diagnose("train", CONF, words) == []
    config = composed(*words)
    assert config == composed(
        *fixed, "model.optimizer.lr=1e-05", "data/augment=none", "model.backbone.widths=[8,16]",
        "trainer.deterministic=null", "data.batch_size=32",
    )  # fmt: skip
    assert (config["test"], list(config["logger"])) == (False, ["wandb"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("seed=1",), r"expected a key with several values, but got none \(hydra\.sweeper\.params"),
        (("seed=1,2", "+x.api_key=verysecret1"), r"got a secret \(\+x\.api_key=\*\*\*\)"),
    ],
)
def test_what_cannot_be_said_to_w_and_b_is_refused(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        document(*words)


@pytest.mark.parametrize(
    ("key", "values"), [("method", {"method": "tpe"}), ("direction", {"goal": "up"})]
)
def test_words_that_are_not_w_and_b_s_are_refused(key: str, values: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=rf"but got (tpe|up) \(hydra\.sweeper\.{key}\)"):
        WandbSweep(program="train.py", metric="x", **values)
