"""A run of a sweep to its trial in the study, through the study's storage.

The sweeper puts the trial's address into the environment of the job, wherever that runs.
"""

import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Final

from ai_vs_human.errors import ConfigError

TRIAL: Final = "AI_VS_HUMAN_TRIAL"

_PRUNERS: Final = "optuna.pruners."


@dataclass(frozen=True)
class TrialAddress:
    """Where a run finds its trial.

    Attributes:
        storage: of the study: a URL, or `journal:` and a path.
        study: the study's name.
        number: of the trial.
        pruner: `_target_` and arguments of the pruner; None where nothing is pruned.
    """

    storage: str
    study: str
    number: int
    pruner: Mapping[str, Any] | None = None

    def to_text(self) -> str:
        """One line, for the environment."""
        return json.dumps(asdict(self))

    @classmethod
    def of_this_process(cls) -> "TrialAddress | None":
        """The trial that this process runs; None where it runs none."""
        text = os.environ.get(TRIAL)
        return cls(**json.loads(text)) if text else None


def built_pruner(config: Mapping[str, Any] | None) -> Any:
    """The pruner that a config names; one that prunes nothing for None.

    Raises:
        ConfigError: if it names no pruner of Optuna's, or arguments that it does not take.
    """
    # Half a second, for runs that need it.
    from optuna import pruners  # noqa: PLC0415
    from optuna.exceptions import ExperimentalWarning  # noqa: PLC0415

    if config is None:
        return pruners.NopPruner()
    target = str(config.get("_target_", ""))
    kind = getattr(import_module("optuna.pruners"), target.removeprefix(_PRUNERS), None)
    if not target.startswith(_PRUNERS) or not isinstance(kind, type):
        raise ConfigError(
            f"expected a pruner of Optuna's, but got {target or 'none'}"
            " (hydra.sweeper.pruner._target_)",
            hint="hydra.sweeper.pruner._target_=optuna.pruners.MedianPruner",
        )
    arguments = {key: value for key, value in config.items() if key != "_target_"}
    nested = {k: built_pruner(v) if isinstance(v, Mapping) else v for k, v in arguments.items()}
    try:
        with warnings.catch_warnings():  # that its interface may change is no matter of a run
            warnings.simplefilter("ignore", ExperimentalWarning)
            return kind(**nested)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"expected arguments of {target}, but got: {error} (hydra.sweeper.pruner)"
        ) from error
