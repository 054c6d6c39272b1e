"""Two real processes on one machine, to one account."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest
import torch
from lightning.pytorch import Callback, Trainer
from lightning.pytorch.plugins.environments import LightningEnvironment
from lightning.pytorch.strategies import DDPStrategy
from lightning.pytorch.utilities import rank_zero_only

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.meter import Domain, Provenance
from ai_vs_human.callbacks.energy.open_meter import open_meter
from ai_vs_human.callbacks.energy.zeus_meter import ZeusMeter
from tests.callbacks.energy.gpu_machine import GpuMachine
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

TWO: Final[dict[str, Any]] = {
    "devices": 2,
    "strategy": "ddp_fork",
    "use_distributed_sampler": False,
}


def test_processes_of_one_machine_count_it_once_and_add_up_their_images(
    tree: RaplTree, tmp_path: Path
) -> None:
    packages = [tree.add(name) for name in ("package-0", "package-1", "psys")]
    memory = tree.add_within(packages[1], "dram")

    def spend(joules: float) -> None:
        if torch.distributed.get_rank() == 0:  # one set of counters that both processes could read
            for share, zone in zip((0.75, 0.25, 4.0, 0.125), [*packages, memory], strict=True):
                zone.spend(share * joules)

    run = trainer(EnergyMonitor(tmp_path), tmp_path, **TWO)
    fit(run, Spender(spend))

    report = written(tmp_path)
    assert report["processes"] == {
        "world_size": 2,
        "counting": {"gpu": 0, "cpu": 1, "dram": 1},
    }
    assert joules(report) == {"setup": 3.0, "sanity": 1.0, "train": 16.0, "val": 3.0}
    assert joules(report, "dram") == {"setup": 0.375, "sanity": 0.125, "train": 2.0, "val": 0.375}
    assert report["stages"]["train"]["images"] == 64
    assert report["stages"]["train"]["steps"] == 8
    assert float(run.callback_metrics["energy/cpu_joules"]) == 23.0
    assert float(run.callback_metrics["energy/train_joules_per_sample"]) == 9.0 / 32


class OwnGpu:
    """Opens the process' own GPU in that process, as a run on GPUs does, and no CPU."""

    @cached_property
    def opened(self) -> ZeusMeter:
        own = torch.device("cuda", torch.distributed.get_rank())
        return ZeusMeter(own, host_unused="this test is about GPUs")

    @property
    def domains(self) -> Mapping[Domain, Provenance]:
        """None before the processes know each other, when only its type is looked at."""
        return self.opened.domains if torch.distributed.is_initialized() else {}

    def read(self, *, settled: bool) -> Mapping[Domain, int]:
        assert settled in (True, False)  # there is no real GPU to wait for
        return self.opened.read(settled=False)


def test_a_test_by_two_processes_adds_up_their_gpus_and_the_right_answers_of_both(
    machine: GpuMachine, tmp_path: Path
) -> None:
    gpus = [machine.add(), machine.add()]

    def spend(joules: float) -> None:
        rank = torch.distributed.get_rank()
        gpus[rank].spend(joules * (1 + rank))

    evaluate(trainer(EnergyMonitor(tmp_path, meter=OwnGpu()), tmp_path, **TWO), Spender(spend))

    report = written(tmp_path)
    assert report["processes"]["counting"] == {"gpu": 2, "cpu": 0, "dram": 0}
    assert report["metrics"]["energy/test_joules"] == 2.5 * (1 + 2)
    assert report["metrics"]["energy/test_joules_per_correct"] == 2.5 * (1 + 2) / 12


class Saver(Callback):
    """Keeps a checkpoint within an epoch, and one after the last.

    Args:
        folder: gets within.ckpt, added.ckpt once all processes were asked, and after.ckpt.
        monitor: of the run.
    """

    def __init__(self, folder: Path, monitor: EnergyMonitor) -> None:
        self.folder = folder
        self.monitor = monitor

    def on_train_batch_end(self, trainer: Trainer, *_: object) -> None:
        if trainer.global_step == 3:
            trainer.save_checkpoint(self.folder / "within.ckpt")
            self.monitor.add_up(trainer)
            trainer.save_checkpoint(self.folder / "added.ckpt")

    def on_train_end(self, trainer: Trainer, _: object) -> None:
        trainer.save_checkpoint(self.folder / "after.ckpt")


@pytest.mark.parametrize(("name", "missed"), [("within", ["gpu"]), ("added", []), ("after", [])])
def test_a_checkpoint_tells_that_it_lacks_what_other_processes_counted_of_an_epoch(
    name: str, missed: list[str], machine: GpuMachine, tmp_path: Path
) -> None:
    gpus = [machine.add(), machine.add()]

    def spend(joules: float) -> None:
        gpus[torch.distributed.get_rank()].spend(joules)

    monitor = EnergyMonitor(tmp_path, meter=OwnGpu())
    run = trainer(monitor, tmp_path, max_epochs=1, callbacks=[Saver(tmp_path, monitor)], **TWO)
    fit(run, Spender(spend))

    stored = torch.load(tmp_path / f"{name}.ckpt", weights_only=True)
    state = stored["callbacks"]["EnergyMonitor"]
    assert state["partial"] == missed
    if name != "after":
        assert state["spent"]["train/gpu"] == (6_000_000 if missed else 12_000_000)


class Machine(LightningEnvironment):
    """One process of a run on several machines.

    Args:
        rank: among all processes.
        local_rank: among those of its machine.
    """

    def __init__(self, rank: int, local_rank: int) -> None:
        super().__init__()
        self.ranks = rank, local_rank

    @property
    def creates_processes_externally(self) -> bool:
        return True

    def global_rank(self) -> int:
        return self.ranks[0]

    def local_rank(self) -> int:
        return self.ranks[1]


@pytest.mark.parametrize(
    ("rank", "local_rank", "status"), [(0, 0, "measured"), (1, 1, "unused"), (2, 0, "measured")]
)
def test_the_first_process_of_every_machine_counts_it(
    tree: RaplTree, monkeypatch: pytest.MonkeyPatch, rank: int, local_rank: int, status: str
) -> None:
    monkeypatch.setattr(rank_zero_only, "rank", 0)  # which the Trainer below sets for good
    tree.add("package-0")
    strategy = DDPStrategy(cluster_environment=Machine(rank, local_rank))
    run = Trainer(accelerator="cpu", devices=2, num_nodes=2, strategy=strategy, logger=False)

    assert open_meter(run, cpu=True).domains["cpu"].status == status
