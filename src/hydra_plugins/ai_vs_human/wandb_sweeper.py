"""A multirun to the file of a W&B sweep: W&B chooses the values, its agents start train.py."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra import compose
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.errors import ConfigError

if TYPE_CHECKING:
    from ai_vs_human.tasks.sweep.wandb_sweep import WandbSweep


class WandbSweeper(Sweeper):
    """Writes `wandb_sweep.yaml` into the sweep's folder and says what to do with it; runs nothing.

    Args:
        direction: minimize or maximize.
        method: bayes, random or grid.
        n_trials: how many runs there are to be in all; None for no end.
        early_terminate: W&B's hyperband in its own words, such as `{type: hyperband, min_iter: 3}`.
        params: what is varied, by key.
    """

    config: DictConfig
    hydra_context: HydraContext

    def __init__(
        self,
        *,
        direction: str = "maximize",
        method: str = "bayes",
        n_trials: int | None = None,
        early_terminate: DictConfig | None = None,
        params: DictConfig | None = None,
    ) -> None:
        self.direction = direction
        self.method = method
        self.n_trials = n_trials
        self.early_terminate = _plain(early_terminate) or None
        self.params = {key: str(value) for key, value in _plain(params).items()}

    def setup(
        self,
        *,
        hydra_context: HydraContext,
        task_function: TaskFunction,  # noqa: ARG002 -- Hydra's signature
        config: DictConfig,
    ) -> None:
        """Take what Hydra hands over; no launcher is needed."""
        self.hydra_context, self.config = hydra_context, config

    def sweep(self, arguments: list[str]) -> None:
        """Write the file.

        Raises:
            ConfigError: if the words, the metric or the loggers are not fit for W&B.
        """
        from ai_vs_human.tasks.sweep.single_run import single_run  # noqa: PLC0415 -- at no other start
        from ai_vs_human.tasks.sweep.wandb_sweep import commands, write_wandb_sweep  # noqa: PLC0415

        told = self._told()
        name = str(self.config.hydra.job.config_name)
        said_singly = partial(single_run, partial(compose, name, return_hydra_config=True))
        folder = Path(str(self.config.hydra.sweep.dir))
        document = told.document(self._words(arguments), folder.name, said_singly)
        path = write_wandb_sweep(document, folder)
        lines = ["a W&B sweep is written down, and nothing started; next:"]
        sys.stdout.write("\n".join([*lines, *commands(document, path)]) + "\n")

    def _told(self) -> "WandbSweep":
        from ai_vs_human.tasks.sweep.wandb_sweep import WandbSweep  # noqa: PLC0415 -- as above

        logger = _logger(self.config)
        program, options = _program(self.config)
        return WandbSweep(
            program=program,
            metric=_metric(self.config),
            goal=self.direction,
            method=self.method,
            run_cap=self.n_trials,
            early_terminate=self.early_terminate,
            project=str(logger["project"]),
            entity=logger["entity"],
            options=options,
        )

    def _words(self, arguments: Sequence[str]) -> list[Override]:
        """The search space, then the command line, and where else configs are looked for."""
        given = self.config.hydra.overrides.hydra
        elsewhere = [word for word in given if word.lstrip("+").startswith("hydra.searchpath=")]
        space = [f"{key}={value}" for key, value in self.params.items()]
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        return parser.parse_overrides([*elsewhere, *space, *arguments])


def _plain(node: DictConfig | None) -> dict[str, Any]:
    plain = OmegaConf.to_container(node, resolve=True) if node is not None else {}
    return {str(key): value for key, value in plain.items()} if isinstance(plain, Mapping) else {}


def _logger(config: DictConfig) -> DictConfig:
    found = config.logger.get("wandb") if config.get("logger") else None
    if not isinstance(found, DictConfig):
        raise ConfigError(
            "expected W&B among the loggers, but got none: its sweep would learn nothing (logger)",
            hint="logger=wandb, or logger=[csv,wandb]",
        )
    return found


def _metric(config: DictConfig) -> str:
    metric = config.get("optimized_metric")
    if not isinstance(metric, str):
        raise ConfigError(
            f"expected one metric, but got {metric} (optimized_metric)",
            hint="optimized_metric=val/auroc, or hparams_search=optuna_energy for several",
        )
    return metric


def _program(config: DictConfig) -> tuple[str, list[str]]:
    """The program as an agent in this folder calls it, and its options."""
    path = Path(sys.argv[0]).resolve()
    inside = path.is_relative_to(Path.cwd())
    name = str(config.hydra.job.config_name)
    options = [] if name == path.stem else [f"--config-name={name}"]
    return (path.relative_to(Path.cwd()).as_posix() if inside else str(path)), options
