"""Two real processes on one machine, to one account."""

from pathlib import Path

import pytest
import torch

from ai_vs_human.callbacks.energy import EnergyMonitor
from tests.callbacks.energy.rapl_tree import RaplTree
from tests.callbacks.energy.spending import Spender, evaluate, fit, joules, trainer, written

pytestmark = [
    # Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
    pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning"),
    # The figures are sums over all processes already.
    pytest.mark.filterwarnings("ignore:.*when logging on epoch level in distributed setting.*"),
    # Python 3.12 warns of forks beside threads; these children only add up small tensors.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]


def test_processes_of_one_machine_count_it_once_and_add_up_their_images(
    tree: RaplTree, tmp_path: Path
) -> None:
    package = tree.add("package-0")

    def spend(joules: float) -> None:
        if torch.distributed.get_rank() == 0:  # one counter, and both processes could read it
            package.spend(joules)

    strategy = {"devices": 2, "strategy": "ddp_fork", "use_distributed_sampler": False}
    run = trainer(EnergyMonitor(tmp_path), tmp_path, **strategy)
    fit(run, Spender(spend))

    report = written(tmp_path)
    assert report["processes"] == {
        "world_size": 2,
        "counting": {"gpu": 0, "cpu": 1, "dram": 0},
    }
    assert joules(report) == {"setup": 3.0, "sanity": 1.0, "train": 16.0, "val": 3.0}
    assert report["stages"]["train"]["images"] == 64
    assert report["stages"]["train"]["steps"] == 8
    assert float(run.callback_metrics["energy/cpu_joules"]) == 23.0
    assert float(run.callback_metrics["energy/train_joules_per_sample"]) == 8.0 / 32


def test_a_test_by_two_processes_divides_by_the_right_answers_of_both(
    tree: RaplTree, tmp_path: Path
) -> None:
    package = tree.add("package-0")

    def spend(joules: float) -> None:
        if torch.distributed.get_rank() == 0:
            package.spend(joules)

    strategy = {"devices": 2, "strategy": "ddp_fork", "use_distributed_sampler": False}
    evaluate(trainer(EnergyMonitor(tmp_path), tmp_path, **strategy), Spender(spend))

    assert written(tmp_path)["metrics"]["energy/test_joules_per_correct"] == 2.5 / 12
