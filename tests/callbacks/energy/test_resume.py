"""A run that goes on from a checkpoint, to one account."""

from pathlib import Path

import pytest
import torch
from lightning.pytorch import Callback, Trainer

from ai_vs_human.callbacks.energy import EnergyMonitor
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
    """Keeps a checkpoint of the third step."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "third.ckpt"

    def on_train_batch_end(self, trainer: Trainer, *_: object) -> None:
        if trainer.global_step == 3:
            trainer.save_checkpoint(self.path)


def test_a_run_resumed_within_an_epoch_books_the_rest_of_it_as_training(tmp_path: Path) -> None:
    first = ReplayMeter("cpu")
    run = trainer(EnergyMonitor(tmp_path, meter=first), tmp_path, callbacks=[Saver(tmp_path)])
    with pytest.raises(RuntimeError, match="the step failed"):
        fit(run, Spender(first.spend, fail_at=3))

    meter = ReplayMeter("cpu")
    monitor = EnergyMonitor(tmp_path, meter=meter)
    run = trainer(monitor, tmp_path, max_epochs=1)
    fit(run, Spender(meter.spend), tmp_path / "third.ckpt")

    assert monitor.summary["stages"]["train"]["joules"] == {"cpu": 2.0}
    assert monitor.summary["cumulative"]["joules"] == {"cpu": 3.0 + 1.0 + 6.0 + 3.0 + 2.0 + 1.5}
