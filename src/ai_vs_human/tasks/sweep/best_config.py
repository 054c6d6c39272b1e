"""The words of a sweep's best trial to an experiment config that composes to the same."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.runs.masking import mask_words
from ai_vs_human.runs.whole_file import write_whole

EXPERIMENT_NAME: Final = "best"
_GLOBAL: Final = ("experiment", "debug")
"""Groups whose members change keys anywhere: they come before our own values."""
_OF_THE_SWEEP: Final = ("hydra", "hparams_search")
"""What a sweep is run by is no part of a trial."""


@dataclass
class _Experiment:
    """What a config file can say, and the words that it cannot."""

    configs: list[str] = field(default_factory=list)
    overrides: dict[str, Any] = field(default_factory=dict)
    values: DictConfig = field(default_factory=lambda: OmegaConf.create({}))
    rest: list[str] = field(default_factory=list)


def write_best(
    words: Sequence[str],
    about: Mapping[str, object],
    sweep: Path,
    is_group: Callable[[str], bool],
) -> Path:
    """Write `experiment/best.yaml` below a sweep's folder.

    `python train.py --config-dir=<sweep> experiment=best` then means what the words meant. Words
    that no config file can say (a deleted key, an item of a list, a secret) stand in the comment's
    command line, to be given again; those of Hydra and of `hparams_search` are left out.

    Args:
        words: Hydra's, such as `model=npr`, `model.optimizer.lr=0.003` or `+data.noise=1`.
        about: lines of the comment above the config, by name: study, trial, value.
        sweep: the folder; also how the command names it.
        is_group: whether a key such as `model/optimizer` chooses a member of a group.

    Raises:
        HydraException: if a word is none.
    """
    experiment = _Experiment()
    for word, shown in zip(words, mask_words(words), strict=True):
        override = OverridesParser.create().parse_override(word)
        if shown != word:  # a secret
            experiment.rest.append(shown)
        elif override.key_or_group.replace("/", ".").split(".")[0] not in _OF_THE_SWEEP:
            _add(word, override, experiment, is_group)
    path = sweep / "experiment" / f"{EXPERIMENT_NAME}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, _text(experiment, about, sweep))
    return path


def _add(
    word: str, override: Override, experiment: _Experiment, is_group: Callable[[str], bool]
) -> None:
    key, value = override.key_or_group, override.value()
    chooses = is_group(key) and not isinstance(value, dict)
    names_item = not key or "[" in key or any(part.isdecimal() for part in key.split("."))
    if override.is_delete() or override.package is not None or (names_item and not chooses):
        experiment.rest.append(word)
    elif chooses and key in _GLOBAL:
        members = value if isinstance(value, list) else [value]
        experiment.configs += [f"/{key}/{member}" for member in members if member is not None]
    elif chooses and override.is_add():
        experiment.configs.append(f"/{key}@{key.replace('/', '.')}: {value}")
    elif chooses:
        experiment.overrides[key] = value
    else:
        OmegaConf.update(experiment.values, key, value, force_add=True)


def _text(experiment: _Experiment, about: Mapping[str, object], sweep: Path) -> str:
    defaults: list[Any] = [*experiment.configs, "_self_"]
    defaults += [{f"override /{group}": member} for group, member in experiment.overrides.items()]
    command = ["python", "train.py", f"--config-dir={sweep}", f"experiment={EXPERIMENT_NAME}"]
    lines = {
        "run it": shlex.join([*command, *experiment.rest]),
        **about,
        "written": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    comment = [f"# {name:<10}{_one_line(value)}" for name, value in lines.items()]
    values = OmegaConf.to_container(experiment.values, resolve=False)
    parts = [{"defaults": defaults}, *([values] if values else [])]
    dumped = [yaml.safe_dump(part, sort_keys=False, allow_unicode=True) for part in parts]
    head = ["# @package _global_", "# The best trial of a sweep, as an experiment.", *comment]
    return "\n".join(head) + "\n" + "\n".join(dumped)


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
