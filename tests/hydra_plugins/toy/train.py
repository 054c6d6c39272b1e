"""A training that takes no time: the figure is 1 - x², unless it is told to come to grief.

With a searchpath, as every user of the launchers outside the project has one.
"""

import math
import os
import sys
import time
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from ai_vs_human.jobs.watch import end_with_multirun
from ai_vs_human.runs.result import Result
from ai_vs_human.sweeps.trial import TrialAddress
from ai_vs_human.tasks.resolvers import register_resolvers

CONF = Path(__file__).parents[3] / "conf"
KEPT = ("OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "LOCAL_RANK", "AI_VS_HUMAN_TRIAL")


def main(config: DictConfig) -> float | None:
    end_with_multirun()
    time.sleep(config.seconds)
    folder = Path(HydraConfig.get().runtime.output_dir)
    address = TrialAddress.of_this_process()
    number = address.number if address else HydraConfig.get().job.num
    result = Result(folder.name, "train", "completed", metrics={"figure": 1.0 - config.x**2})
    result.data = {name: os.environ.get(name) for name in KEPT} | {"pid": os.getpid()}
    if number in config.nan_in:
        result.metrics = {"figure": math.nan}
    if number in config.raise_in:
        result.status, result.error, result.metrics = "failed", "told to fail", {}
    if number in config.prune_in:
        result.status, result.error = "pruned", "told to stop"
    result.write(folder)
    if HydraConfig.get().mode is RunMode.MULTIRUN:
        return in_this_process(result)
    return None


def in_this_process(result: Result) -> float:
    if result.status == "failed":
        raise RuntimeError(result.error)
    if result.status == "pruned":
        from optuna import TrialPruned  # noqa: PLC0415 -- half a second

        raise TrialPruned(result.error)
    return result.metrics["figure"]


if __name__ == "__main__":
    register_resolvers()
    sys.argv.append(f"hydra.searchpath=[file://{CONF}]")
    os.environ["HYDRA_FULL_ERROR"] = "1"
    hydra.main(
        config_path=str(Path(__file__).parent / "conf"),
        config_name="train",
        execution_whitelist=["ai_vs_human.*", "hydra.*", "logging.*"],
    )(main)()
