"""The name of a sweep, and what it searches, to a study that it began or goes on with."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import optuna
from filelock import FileLock
from optuna.samplers import BaseSampler
from optuna.study import Study

from ai_vs_human.errors import ConfigError
from ai_vs_human.sweeps.attributes import ASKED
from ai_vs_human.sweeps.storage import open_storage

_LOCK_NAME: Final = ".study.lock"
_HASH_CHARACTERS: Final = 8


Direction = Literal["minimize", "maximize"]


@dataclass(frozen=True)
class Asked:
    """What a sweep searches: two sweeps of different questions do not share a study.

    Attributes:
        objectives: names of metrics.
        directions: minimize or maximize, for each.
        space: what is varied, and how, by key.
        fixed: words that are the same in each trial.
        sampler: what proposes, and its arguments.
    """

    objectives: Sequence[str]
    directions: Sequence[Direction]
    space: Mapping[str, str]
    fixed: Sequence[str]
    sampler: Mapping[str, Any]

    def name(self, stem: str) -> str:
        """A name for the study: the same command finds it again, another one does not."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:_HASH_CHARACTERS]}"

    def difference(self, other: Mapping[str, Any]) -> str | None:
        """The first thing that another sweep asked in another way; None where all is the same."""
        for key, mine in json.loads(json.dumps(asdict(self), default=str)).items():
            theirs = other.get(key)
            if key != "sampler" and mine != theirs:
                return f"{mine} instead of {theirs} ({key})"
        return None


def open_study(
    name: str, address: str, folder: Path, *, asked: Asked, sampler: BaseSampler, pruner: Any
) -> Study:
    """Begin a study, or go on with it.

    Args:
        name: of the study.
        address: of its storage.
        folder: of the sweep.
        asked: what is searched.
        sampler: that proposes trials from now on; it may be another than before.
        pruner: that stops them.

    Raises:
        ConfigError: if the study of that name searches something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / _LOCK_NAME):  # two processes must not both make sqlite's tables
        study = optuna.create_study(
            study_name=name,
            storage=open_storage(address),
            sampler=sampler,
            pruner=pruner,
            directions=list(asked.directions),
            load_if_exists=True,
        )
        before = study.user_attrs.get(ASKED)
        if before is None:
            study.set_user_attr(ASKED, json.loads(json.dumps(asdict(asked), default=str)))
            study.set_metric_names(list(asked.objectives))
    difference = asked.difference(before) if before is not None else None
    if difference is not None:
        raise ConfigError(
            f"expected the search that the study {name} began with, but got {difference}"
            " (hydra.sweeper.study_name)",
            hint="hydra.sweeper.study_name=null, or a name that is not taken",
        )
    return study
