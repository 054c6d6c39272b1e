"""A command line to a finished task, or to one clear message and exit code 1.

Nothing here imports torch: `--help`, `--cfg job` and tab completion stay quick.
"""

import os
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Literal

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ai_vs_human.errors import AiVsHumanError
from ai_vs_human.runs.identity import new_run_id
from ai_vs_human.tasks.explain import explain

Task = Literal["train", "evaluate", "predict"]


def run_task(task: Task, conf: Path) -> None:
    """Compose the task's config from `conf` and the command line, and run the task.

    Exits with 1 and one message where the user can mend what is wrong; anything else is a fault
    of ours and shows its traceback.
    """
    register_resolvers()
    traceback_wanted = os.environ.get("HYDRA_FULL_ERROR") == "1"
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra raises its errors instead of printing them
    main: Callable[[], None] = hydra.main(config_path=str(conf.resolve()), config_name=task)(
        _job(task)
    )
    try:
        main()
    except (AiVsHumanError, HydraException, OmegaConfBaseException) as error:
        if traceback_wanted:
            raise
        sys.stderr.write(explain(error, conf, task) + "\n")
        sys.exit(1)


def _job(task: Task) -> Callable[[DictConfig], float | None]:
    def job(config: DictConfig) -> float | None:
        """Import the task's world only now."""
        run: Callable[[DictConfig], float | None]
        run = getattr(import_module(f"ai_vs_human.tasks.{task}"), task)
        return run(config)

    return job


def register_resolvers() -> None:
    """Teach OmegaConf the two words of our configs: `new_run_id:` and `name_of:<path>`."""
    run_id = cache(new_run_id)  # one process is one run or one sweep
    OmegaConf.register_resolver("new_run_id", run_id, replace=True)
    OmegaConf.register_resolver("name_of", lambda path: Path(path).name, replace=True)
