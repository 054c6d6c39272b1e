"""A command line to a finished task, or to one clear message and exit code 1.

Nothing here imports torch: `--help`, `--cfg job` and tab completion stay quick.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final, Literal, NoReturn

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from ai_vs_human.cloud.cluster import forget_ranks_of_nodes
from ai_vs_human.cloud.secrets import fetch_secrets
from ai_vs_human.errors import AiVsHumanError
from ai_vs_human.jobs.surroundings import is_job
from ai_vs_human.jobs.watch import end_with_multirun
from ai_vs_human.tasks.masked_log import mask_log
from ai_vs_human.tasks.multirun import mask_multirun
from ai_vs_human.tasks.refused import record_refusal, remove_untouched
from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.validation.diagnose import diagnose
from ai_vs_human.tasks.validation.explain import explain
from ai_vs_human.tasks.validation.fault import refuse

Task = Literal["train", "evaluate", "predict", "reproduce", "audit", "shards"]

_FULL_ERROR: Final = "AI_VS_HUMAN_FULL_ERROR"
_CALLED: Final = ["ai_vs_human.tasks.multirun.Multirun", "hydra.*", "logging.*"]
"""What Hydra's own part of a config may call."""
_EXPLAINED: Final = (AiVsHumanError, HydraException, OmegaConfBaseException, OSError, YAMLError)
"""What a user can cause and mend: a word, a file, a full disk."""


def run_task(task: Task, conf: Path) -> None:
    """Compose the task's config from `conf` and the command line, and run the task.

    Exits with 1 and one message where the user can mend what is wrong; anything else is a fault
    of ours and shows its traceback.
    """
    register_resolvers()
    forget_ranks_of_nodes()
    # What the user asked of Hydra, also in the processes that Lightning starts from this one.
    verbose = os.environ.setdefault(_FULL_ERROR, os.environ.get("HYDRA_FULL_ERROR", "0")) == "1"
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra raises its errors instead of printing them

    def job(config: DictConfig) -> object:
        """Import the task's world only now."""
        mask_log()
        if HydraConfig.get().mode is RunMode.MULTIRUN:
            mask_multirun(Path(HydraConfig.get().sweep.dir))
        function = getattr(import_module(f"ai_vs_human.tasks.{task}"), task)
        try:
            returned = function(config)
        except _EXPLAINED as error:
            if verbose or HydraConfig.get().mode is RunMode.MULTIRUN:
                raise
            hydra_config = HydraConfig.get()
            folder = Path(hydra_config.runtime.output_dir)
            if is_job():
                record_refusal(folder, task, error)
            else:
                remove_untouched(folder, f"{hydra_config.job.name}.log")
            _end(error)
        return returned

    hydra_main = hydra.main(
        config_path=str(conf.resolve()), config_name=task, execution_whitelist=_CALLED
    )
    main: Callable[[], None] = hydra_main(job)
    try:
        fetch_secrets(os.environ)  # of a job in the cloud, before a config asks for them
        if not verbose:  # else Hydra's own words, with all that it knows
            refuse(diagnose(task, conf, sys.argv[1:]))
        end_with_multirun()
        main()
    except _EXPLAINED as error:
        if verbose:
            raise
        _end(error)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)


def _end(error: Exception) -> NoReturn:
    if os.environ.get("LOCAL_RANK", "0") == "0":  # one process speaks for all
        sys.stderr.write(explain(error) + "\n")
    sys.exit(1)
