"""Hydra's words for a sweep to the file from which W&B runs it, and the commands that do so."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from hydra.core.override_parser.types import Override

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.masking import mask_words
from ai_vs_human.runs.whole_file import write_whole
from ai_vs_human.tasks.sweep.wandb_parameter import wandb_parameter

FILE_NAME: Final = "wandb_sweep.yaml"
METHODS: Final = ("bayes", "random", "grid")
_GOALS: Final = ("maximize", "minimize")


@dataclass(frozen=True)
class WandbSweep:
    """What W&B is told of a sweep.

    Attributes:
        program: `train.py`, relative to where `wandb agent` will be started.
        metric: what is optimized, as it is logged.
        goal: maximize or minimize.
        method: bayes, random or grid.
        run_cap: how many runs there are to be; None for no end.
        early_terminate: W&B's hyperband, in its own words; None stops nothing early.
        project: of the runs.
        entity: user or team; None for W&B's default.
        options: of the program, such as `--config-name=…`.
    """

    program: str
    metric: str
    goal: str = "maximize"
    method: str = "bayes"
    run_cap: int | None = None
    early_terminate: Mapping[str, Any] | None = None
    project: str = "ai-vs-human"
    entity: str | None = None
    options: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse what W&B does not know.

        Raises:
            ConfigError: if method or goal is none of its words.
        """
        for value, known, key in (
            (self.method, METHODS, "method"),
            (self.goal, _GOALS, "direction"),
        ):
            if value not in known:
                raise ConfigError(
                    f"expected one of {', '.join(known)}, but got {value} (hydra.sweeper.{key})",
                    hint=f"hydra.sweeper.{key}={known[0]}",
                )

    def document(
        self,
        words: Sequence[Override],
        name: str,
        said_singly: Callable[[Sequence[str]], Sequence[str]] = tuple,
    ) -> dict[str, Any]:
        """The sweep's config, as `wandb sweep` takes it.

        Args:
            words: of Hydra; those that vary become parameters, the rest stands in the command.
            name: of the sweep.
            said_singly: the words that do not vary to those that one run takes.

        Raises:
            ConfigError: if nothing varies, or a word cannot be said to W&B.
        """
        last = {word.get_key_element(): word for word in words}
        parameters = {k: wandb_parameter(w) for k, w in last.items() if w.is_sweep_override()}
        if not parameters:
            raise ConfigError(
                "expected a key with several values, but got none (hydra.sweeper.params)",
                hint="'model.optimizer.lr=interval(1e-4,1e-2)'",
            )
        still = [str(word.input_line) for word in last.values() if not word.is_sweep_override()]
        fixed = said_singly(still)
        _require_public(fixed)
        command = ["${env}", "${interpreter}", "${program}", *self.options, "${args_no_hyphens}"]
        entries = {
            "name": name,
            "project": self.project,
            "entity": self.entity,
            "program": self.program,
            "method": self.method,
            "metric": {"name": self.metric, "goal": self.goal},
            "run_cap": self.run_cap,
            "early_terminate": None if self.early_terminate is None else dict(self.early_terminate),
            "parameters": parameters,
            "command": [*command, *fixed],
        }
        return {key: value for key, value in entries.items() if value is not None}


def _require_public(words: Sequence[str]) -> None:
    """Keep secrets out of a file that W&B is sent."""
    for word, shown in zip(words, mask_words(words), strict=True):
        if word != shown:
            raise ConfigError(
                f"expected words that W&B may read, but got a secret ({shown})",
                hint="key=${oc.env:NAME}, with the secret in the agent's environment",
            )


def write_wandb_sweep(document: Mapping[str, Any], folder: Path) -> Path:
    """Write wandb_sweep.yaml into a sweep's folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    head = "# A W&B sweep: `wandb sweep <this file>` makes it known, `wandb agent` runs it.\n"
    write_whole(folder / FILE_NAME, head + yaml.safe_dump(dict(document), sort_keys=False))
    return folder / FILE_NAME


def commands(document: Mapping[str, Any], path: Path) -> Iterator[str]:
    """What to type next."""
    entity = document.get("entity", "<entity>")
    yield f"once             wandb sweep {path}"
    yield f"on each machine  wandb agent {entity}/{document['project']}/<id that the first says>"
