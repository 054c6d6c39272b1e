"""A sweep of a training that takes no time, to what sweeper and launcher cost a trial.

`python scripts/benchmarks/sweep.py trials=200` composes the real config for each trial, in this
process, and prints seconds of CPU a trial for each quarter of the sweep: they must not grow.
"""

import itertools
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import hydra
from omegaconf import DictConfig

from ai_vs_human.tasks.resolvers import register_resolvers

CONF = Path(__file__).parents[2] / "conf"
QUARTERS = 4


def main() -> None:
    """Run the sweep and print what it took."""
    words = dict(word.split("=") for word in sys.argv[1:])
    trials = int(words.get("trials", "200"))
    moments: list[float] = []

    def objective(config: DictConfig) -> float:
        moments.append(time.process_time())
        return -abs(config.model.optimizer.lr - 1e-3)

    register_resolvers()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        sys.argv[1:] = [
            "-m",
            "hparams_search=optuna",
            "hydra/launcher=basic",
            f"hydra.sweeper.n_trials={trials}",
            "hydra/hydra_logging=none",
        ]
        hydra.main(
            config_path=str(CONF),
            config_name="train",
            execution_whitelist=["ai_vs_human.*", "hydra.*", "logging.*"],
        )(objective)()
        os.chdir(CONF)
    costs = [after - before for before, after in itertools.pairwise(moments)]
    size = len(costs) // QUARTERS
    for quarter in range(QUARTERS):
        part = costs[quarter * size : (quarter + 1) * size]
        place = f"{quarter * size + 1} to {(quarter + 1) * size}"
        sys.stdout.write(f"trials {place}: {median(part):.3f} s of CPU a trial (median)\n")
    sys.stdout.write(f"all {len(moments)}: {sum(costs) / len(costs):.3f} s of CPU a trial (mean)\n")


if __name__ == "__main__":
    main()
