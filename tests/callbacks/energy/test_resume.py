"""A run that goes on from a checkpoint, to one account."""

import json
import os
import signal
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch import Callback, Trainer

from ai_vs_human.callbacks.energy import EnergyMonitor
from tests.callbacks.energy.rapl_tree import RaplTree, Zone
from tests.callbacks.energy.replay import ReplayMeter
from tests.callbacks.energy.spending import Spender, evaluate, fit, trainer

# Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")


def trained(folder: Path) -> Path:
    """Train for an epoch of 3 + 1 + 8 + 1.5 J, and keep a checkpoint."""
    meter = ReplayMeter("cpu")
    run = trainer(EnergyMonitor(folder, meter=meter), folder, max_epochs=1)
    fit(run, Spender(meter.spend))
    run.save_checkpoint(folder / "last.ckpt")
    return folder / "last.ckpt"


def test_a_resumed_run_adds_to_what_the_run_before_had_spent(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu", "dram")
    monitor = EnergyMonitor(tmp_path / "second", meter=meter)
    run = trainer(monitor, tmp_path, max_epochs=2)
    fit(run, Spender(meter.spend), trained(tmp_path))

    own = monitor.summary["process"]["joules"]["cpu"]
    assert monitor.summary["stages"]["train"]["joules"]["cpu"] == 8.0
    assert monitor.summary["cumulative"]["joules"] == {"cpu": 13.5 + own, "dram": own}
    assert monitor.summary["cumulative"]["lineage"] == [["cpu"], ["cpu", "dram"]]
    assert float(run.callback_metrics["energy/cpu_joules"]) == 13.5 + own


def test_a_test_of_a_checkpoint_from_elsewhere_goes_on_with_nothing(tmp_path: Path) -> None:
    checkpoint = trained(tmp_path)
    meter = ReplayMeter("cpu")
    monitor = EnergyMonitor(tmp_path, meter=meter)
    evaluate(trainer(monitor, tmp_path), Spender(meter.spend), checkpoint)

    assert monitor.summary["cumulative"]["joules"] == {"cpu": 3.0 + 2.5 + 0.125}


def test_a_checkpoint_holds_plain_values_that_pytorch_reads_safely(tmp_path: Path) -> None:
    state = torch.load(trained(tmp_path), weights_only=True)["callbacks"]["EnergyMonitor"]

    assert state["lineage"] == [["cpu"]]
    assert state["spent"]["train/cpu"] == 8_000_000
    assert state["spent"]["val/cpu"] == 1_500_000


def test_a_machine_without_counters_hands_on_what_was_measured_before(tmp_path: Path) -> None:
    monitor = EnergyMonitor(tmp_path, meter=ReplayMeter())
    fit(trainer(monitor, tmp_path, max_epochs=2), Spender(lambda _: None), trained(tmp_path))

    assert monitor.summary["measured"] is False
    assert monitor.summary["cumulative"]["joules"] == {"cpu": 13.5}
    assert monitor.state_dict()["spent"]["train/cpu"] == 8_000_000
    assert monitor.state_dict()["lineage"] == [["cpu"], []]


class Saver(Callback):
    """Keeps a checkpoint of a step, and is killed after another."""

    def __init__(self, folder: Path, save_at: int = 3, kill_at: int | None = None) -> None:
        self.path = folder / "step.ckpt"
        self.save_at = save_at
        self.kill_at = kill_at

    def on_train_batch_end(self, trainer: Trainer, *_: object) -> None:
        if trainer.global_step == self.save_at:
            trainer.save_checkpoint(self.path)
        if trainer.global_step == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def test_a_run_resumed_within_an_epoch_books_the_rest_of_it_as_training(tmp_path: Path) -> None:
    first = ReplayMeter("cpu")
    run = trainer(EnergyMonitor(tmp_path, meter=first), tmp_path, callbacks=[Saver(tmp_path)])
    with pytest.raises(RuntimeError, match="the step failed"):
        fit(run, Spender(first.spend, fail_at=3))

    meter = ReplayMeter("cpu")
    monitor = EnergyMonitor(tmp_path, meter=meter)
    run = trainer(monitor, tmp_path, max_epochs=1)
    fit(run, Spender(meter.spend), tmp_path / "step.ckpt")

    assert monitor.summary["stages"]["train"]["joules"] == {"cpu": 2.0}
    assert monitor.summary["cumulative"]["joules"] == {"cpu": 3.0 + 1.0 + 6.0 + 3.0 + 2.0 + 1.5}
    [epoch] = monitor.summary["epochs"]  # the whole of it, over both sessions
    assert (epoch["train"]["joules"], epoch["train"]["images"]) == ({"cpu": 8.0}, 16)
    # The step that failed was paid for, too.
    assert monitor.summary["spent"]["joules"] == {"cpu": 12.0 + 6.5}
    assert float(run.callback_metrics["energy/spent_joules"]) == 18.5


def test_an_epoch_that_was_measured_in_part_has_no_joules_of_its_own(tmp_path: Path) -> None:
    run = trainer(
        EnergyMonitor(tmp_path, meter=ReplayMeter()), tmp_path, callbacks=[Saver(tmp_path)]
    )
    with pytest.raises(RuntimeError, match="the step failed"):
        fit(run, Spender(lambda _: None, fail_at=3))

    meter, epochs = ReplayMeter("cpu"), []
    monitor = EnergyMonitor(tmp_path, meter=meter)
    run = trainer(monitor, tmp_path, max_epochs=2, callbacks=[Logged(epochs)])
    fit(run, Spender(meter.spend), tmp_path / "step.ckpt")

    assert [names >= {"energy/total_joules"} for names in epochs] == [True, True]
    assert ["energy/train_joules_per_sample" in names for names in epochs] == [False, True]
    assert [row.get("partial", False) for row in monitor.summary["epochs"]] == [True, False]


class Logged(Callback):
    """Notes the names of what an epoch logged.

    Args:
        epochs: gets a set for each epoch.
    """

    def __init__(self, epochs: list[set[str]]) -> None:
        self.epochs = epochs

    def on_train_epoch_start(self, trainer: Trainer, _: object) -> None:
        if trainer.current_epoch:
            self.epochs.append(set(trainer.callback_metrics))

    def on_train_end(self, trainer: Trainer, _: object) -> None:
        self.epochs.append(set(trainer.callback_metrics))


def killed(folder: Path, package: Zone, save_at: int, kill_at: int) -> None:
    """Train in a process of its own, which is killed after a step."""

    def train() -> None:
        saver = Saver(folder, save_at, kill_at)
        fit(trainer(EnergyMonitor(folder), folder, callbacks=[saver]), Spender(package.spend))

    child = get_context("fork").Process(target=train)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in (folder / "energy.jsonl").read_text().splitlines()]


EPOCH_0 = 3.0 + 1.0 + 8.0 + 1.5
"""Setup, sanity, training and validation."""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere torch does not fork safely")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("save_at", "kept", "known"),
    [
        pytest.param(3, 10.0, EPOCH_0, id="the-checkpoint-is-older-than-the-ledger"),
        pytest.param(6, EPOCH_0 + 4.0, EPOCH_0 + 4.0, id="the-checkpoint-is-newer"),
    ],
)
def test_a_killed_run_goes_on_with_all_that_is_known_to_the_microjoule(
    save_at: int, kept: float, known: float, tree: RaplTree, tmp_path: Path
) -> None:
    package = tree.add("package-0")
    killed(tmp_path, package, save_at, kill_at=7)

    monitor = EnergyMonitor(tmp_path)
    fit(trainer(monitor, tmp_path), Spender(package.spend), tmp_path / "step.ckpt")

    own = monitor.summary["process"]["total_joules"]
    assert own == 3.0 + (8 - save_at) * 2.0 + (1.5 if save_at > 4 else 3.0)
    assert monitor.summary["cumulative"]["total_joules"] == kept + own
    assert monitor.summary["spent"]["total_joules"] == known + own
    last = {line["session"]: line["spent"] for line in lines(tmp_path)}
    cpu = [n for spent in last.values() for key, n in spent.items() if key.endswith("/cpu")]
    assert (len(last), sum(cpu)) == (2, round((known + own) * 1e6))


def test_going_on_twice_from_one_checkpoint_spends_twice_and_inherits_once(tmp_path: Path) -> None:
    checkpoint, own = trained(tmp_path), []
    for _ in range(2):
        meter = ReplayMeter("cpu")
        monitor = EnergyMonitor(tmp_path, meter=meter)
        fit(trainer(monitor, tmp_path, max_epochs=2), Spender(meter.spend), checkpoint)
        own.append(monitor.summary["process"]["total_joules"])

    assert monitor.summary["cumulative"]["total_joules"] == 13.5 + own[1]
    assert monitor.summary["spent"]["total_joules"] == 13.5 + own[0] + own[1]


def test_a_checkpoint_alone_tells_a_new_folder_what_its_sessions_spent(tmp_path: Path) -> None:
    checkpoint = trained(tmp_path / "old")
    meter = ReplayMeter("cpu")
    monitor = EnergyMonitor(tmp_path / "new", meter=meter)
    fit(trainer(monitor, tmp_path, max_epochs=2), Spender(meter.spend), checkpoint)

    assert monitor.summary["spent"] == {
        key: value for key, value in monitor.summary["cumulative"].items() if key != "lineage"
    }
    assert [line["event"] for line in lines(tmp_path / "new")] == ["checkpoint", "epoch", "end"]


def test_an_estimate_is_never_added_to_what_was_measured_before(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu", status="estimate")
    monitor = EnergyMonitor(tmp_path, meter=meter)
    run = trainer(monitor, tmp_path, max_epochs=2)
    fit(run, Spender(meter.spend), trained(tmp_path))

    own = EPOCH_0
    assert monitor.summary["measured"] is False
    assert monitor.summary["cumulative"]["joules"] == {"cpu": 13.5}
    assert monitor.summary["estimated"]["cumulative"]["joules"] == {"cpu": own}
    assert float(run.callback_metrics["energy_est/total_joules"]) == own
    assert "energy/total_joules" not in run.callback_metrics


def test_joules_that_an_earlier_life_missed_stay_missed(tmp_path: Path) -> None:
    first = ReplayMeter("cpu")
    first.lose("cpu", "package-0 was lost")
    run = trainer(EnergyMonitor(tmp_path, meter=first), tmp_path, max_epochs=1)
    fit(run, Spender(first.spend))
    run.save_checkpoint(tmp_path / "last.ckpt")

    meter = ReplayMeter("cpu")
    monitor = EnergyMonitor(tmp_path, meter=meter)
    fit(trainer(monitor, tmp_path, max_epochs=2), Spender(meter.spend), tmp_path / "last.ckpt")

    assert monitor.summary["domains"]["cpu"].get("partial") is None
    assert monitor.summary["partial"] == ["cpu"]


def test_a_domain_that_only_a_part_of_the_run_measured_is_partial(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu", "dram")
    monitor = EnergyMonitor(tmp_path / "second", meter=meter)
    fit(trainer(monitor, tmp_path, max_epochs=2), Spender(meter.spend), trained(tmp_path))

    assert monitor.summary["partial"] == ["dram"]
