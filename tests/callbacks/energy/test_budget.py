"""A budget of joules to a training that ends with it."""

import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint

from ai_vs_human.callbacks.energy import EnergyBudget, EnergyMonitor
from ai_vs_human.callbacks.energy.meter import Provenance
from ai_vs_human.errors import ConfigError, EnergyError
from tests.callbacks.energy.rapl_tree import RaplTree
from tests.callbacks.energy.replay import ReplayMeter
from tests.callbacks.energy.spending import Spender, fit, trainer, written

pytestmark = [
    # Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
    pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*when logging on epoch level in distributed setting.*"),
    # Python 3.12 warns of forks beside threads; these children only add up small tensors.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Checkpoint directory .* exists and is not empty"),
]


class Judged(Spender):
    """Each validation is better than the one before."""

    def on_validation_epoch_end(self) -> None:
        self.log("val/auroc", float(self.trainer.global_step))


def budget(folder: Path, meter: ReplayMeter, joules: float, **options: Any) -> EnergyBudget:
    options = {"every_n_steps": 1} | options
    return EnergyBudget(folder, joules=joules, meter=meter, **options)


def keeper(folder: Path) -> ModelCheckpoint:
    return ModelCheckpoint(folder, filename="best", monitor="val/auroc", mode="max", save_last=True)


def test_training_ends_after_the_step_that_spends_the_budget_and_validates(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    keep = keeper(tmp_path)
    run = trainer(
        budget(tmp_path, meter, 26.0),
        tmp_path,
        max_epochs=9,
        callbacks=[keep],
        enable_checkpointing=True,
    )
    fit(run, Judged(meter.spend))

    assert run.global_step == 10  # 4 J before, two epochs of 9.5 J, and two steps of 2 J
    assert written(tmp_path)["budget"] == {
        "joules": 26.0,
        "counts_estimates": False,
        "spent_joules": 28.5,
        "share": 28.5 / 26.0,
        "stopped_at_step": 10,
        "spent_joules_when_stopped": 27.0,
    }
    assert written(tmp_path)["status"] == "completed"
    assert torch.load(keep.best_model_path, weights_only=True)["global_step"] == 10
    assert torch.load(keep.last_model_path, weights_only=True)["global_step"] == 10


@pytest.mark.parametrize(
    ("joules", "steps"), [(1e-6, 1), (9.9, 3), (10.0, 3), (10.1, 4), (13.5, 4), (13.6, 5)]
)
def test_a_budget_is_looked_at_after_each_step_and_each_epoch(
    tmp_path: Path, joules: float, steps: int
) -> None:
    meter = ReplayMeter("cpu")
    run = trainer(budget(tmp_path, meter, joules), tmp_path, max_epochs=9)
    module = Judged(meter.spend)
    fit(run, module)

    assert run.global_step == steps
    assert float(run.callback_metrics["val/auroc"]) == steps


def test_between_two_looks_a_budget_may_be_passed_but_no_epoch_begins_without_one(
    tmp_path: Path,
) -> None:
    meter = ReplayMeter("cpu")
    run = trainer(budget(tmp_path, meter, 11.0, every_n_steps=1_000), tmp_path, max_epochs=9)
    fit(run, Judged(meter.spend))

    assert run.global_step == 4


def test_accumulated_gradients_are_not_thrown_away(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    run = trainer(budget(tmp_path, meter, 5.0), tmp_path, max_epochs=9, accumulate_grad_batches=2)
    module = Judged(meter.spend)
    fit(run, module)

    assert (run.global_step, module.steps) == (1, 2)


@pytest.mark.parametrize("joules", [21.5, 22.0, 23.0, 23.1])
def test_a_training_that_ends_anyway_was_not_ended_by_its_budget(
    tmp_path: Path, joules: float
) -> None:
    meter = ReplayMeter("cpu")
    monitor = budget(tmp_path, meter, joules)
    fit(trainer(monitor, tmp_path, max_epochs=2), Judged(meter.spend))

    assert monitor.ending is None
    assert written(tmp_path)["budget"]["stopped_at_step"] is None
    assert written(tmp_path)["budget"]["spent_joules"] == 23.0


def test_what_earlier_lives_of_a_run_spent_counts_too(tmp_path: Path) -> None:
    first = ReplayMeter("cpu")
    run = trainer(EnergyMonitor(tmp_path, meter=first), tmp_path, max_epochs=1)
    fit(run, Judged(first.spend))
    run.save_checkpoint(tmp_path / "then.ckpt")

    meter = ReplayMeter("cpu")
    monitor = budget(tmp_path, meter, 22.0)
    run = trainer(monitor, tmp_path, max_epochs=9)
    fit(run, Judged(meter.spend), tmp_path / "then.ckpt")

    assert run.global_step == 4 + 3  # 13.5 J before, 4 J up to the training, and three steps
    assert monitor.ending == "the energy budget was spent: 23.5 J of 22.0 J after 7 steps"


def test_the_end_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="ai_vs_human")
    meter = ReplayMeter("cpu")
    monitor = EnergyBudget(tmp_path, kwh=10.0 / 3_600_000, every_n_steps=2, meter=meter)
    fit(trainer(monitor, tmp_path, max_epochs=9), Judged(meter.spend))

    said = [record.message for record in caplog.records if "budget" in record.message]
    assert said == [
        "the energy budget was spent: 12.0 J of 10.0 J after 4 steps; the training ends here"
    ]


class Lose(Callback):
    """Loses the counter after the sixth step."""

    def __init__(self, meter: ReplayMeter) -> None:
        self.meter = meter

    def on_train_batch_start(self, trainer: Trainer, _: LightningModule, *__: Any) -> None:
        if trainer.global_step == 5:
            self.meter.lose("cpu", "package-0 was lost: OSError")


def test_a_budget_that_nobody_can_keep_any_more_ends_the_run(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    run = trainer(budget(tmp_path, meter, 1e6), tmp_path, callbacks=[Lose(meter)])

    with pytest.raises(EnergyError, match=r"fewer joules than were spent: package-0 was lost"):
        fit(run, Judged(meter.spend))
    assert run.global_step == 6
    assert written(tmp_path)["status"] == "failed"


def test_a_budget_that_is_only_wished_for_outlives_its_counter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    meter = ReplayMeter("cpu")
    monitor = budget(tmp_path, meter, 1e6, on_unavailable="warn")
    fit(trainer(monitor, tmp_path, callbacks=[Lose(meter)]), Judged(meter.spend))

    told = [r.message for r in caplog.records if "more than its energy budget" in r.message]
    assert told == ["The run may spend more than its energy budget: package-0 was lost: OSError."]


def test_an_estimate_keeps_a_budget_only_where_that_is_allowed(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    meter.domains["cpu"] = Provenance("estimate", "declared watts")
    with pytest.raises(EnergyError, match="expected a counter to measure energy with"):
        fit(trainer(budget(tmp_path, meter, 8.0), tmp_path), Judged(meter.spend))

    meter = ReplayMeter("cpu")
    meter.domains["cpu"] = Provenance("estimate", "declared watts")
    run = trainer(budget(tmp_path, meter, 8.0, allow_estimates=True), tmp_path)
    fit(run, Judged(meter.spend))

    assert run.global_step == 2


def test_estimates_do_not_count_towards_a_budget_beside_what_is_measured(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu", "dram")
    meter.domains["dram"] = Provenance("estimate", "declared watts")
    run = trainer(budget(tmp_path, meter, 10.0), tmp_path)
    fit(run, Judged(meter.spend))

    assert run.global_step == 3


@pytest.mark.parametrize("minimum", ["min_epochs", "min_steps"])
def test_a_trainer_that_must_train_on_is_refused(tmp_path: Path, minimum: str) -> None:
    meter = ReplayMeter("cpu")
    run = trainer(budget(tmp_path, meter, 10.0), tmp_path, **{minimum: 3})

    with pytest.raises(ConfigError, match=rf"but got {minimum}=3 \(trainer.{minimum}\)"):
        fit(run, Judged(meter.spend))


def test_a_budget_that_is_looked_at_every_0_steps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"from 1 up, but got 0 \(energy\.every_n_steps\)"):
        EnergyBudget(tmp_path, joules=1.0, every_n_steps=0)


def test_a_budget_in_both_units_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="in joules or in kWh, but got both"):
        EnergyBudget(tmp_path, joules=1.0, kwh=1.0)


def test_all_processes_stop_after_the_same_step(tree: RaplTree, tmp_path: Path) -> None:
    package = tree.add("package-0")

    def spend(joules: float) -> None:
        if torch.distributed.get_rank() == 0:  # only the first process counts the machine
            package.spend(joules)

    monitor = EnergyBudget(tmp_path, joules=26.0, every_n_steps=1)
    strategy = {"devices": 2, "strategy": "ddp_fork", "use_distributed_sampler": False}
    run = trainer(monitor, tmp_path, max_epochs=9, callbacks=[Steps(tmp_path)], **strategy)
    fit(run, Judged(spend))

    assert {path.name for path in tmp_path.glob("rank-*")} == {"rank-0-10", "rank-1-10"}
    assert written(tmp_path)["budget"]["stopped_at_step"] == 10


class Steps(Callback):
    """Leaves a file that says where each process ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def on_train_end(self, trainer: Trainer, _: LightningModule) -> None:
        (self.folder / f"rank-{trainer.global_rank}-{trainer.global_step}").touch()
