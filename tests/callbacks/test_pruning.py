"""A trial reports to its study, whichever its storage and pruner, and stops when it is told to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import optuna
import pytest
import torch
import yaml
from optuna.trial import TrialState
from torch.utils.data import DataLoader, TensorDataset

from ai_vs_human.callbacks.pruning import Pruning, reached
from ai_vs_human.errors import ConfigError
from ai_vs_human.sweeps.storage import address_of, open_storage
from ai_vs_human.sweeps.trial import TRIAL, TrialAddress, built_pruner
from tests.conftest import CONF, members

optuna.logging.set_verbosity(optuna.logging.WARNING)
MEDIAN = {"_target_": "optuna.pruners.MedianPruner", "n_startup_trials": 1, "n_warmup_steps": 1}
Curve = Sequence[float]


class Told(pl.LightningModule):
    """Learns nothing, and logs the figures that it was given."""

    def __init__(self, figures: Curve) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)
        self.figures = figures

    def training_step(self, batch: Any, _: int) -> torch.Tensor:
        return self.layer(batch[0]).sum()

    def validation_step(self, batch: Any, _: int) -> None:
        if not self.trainer.sanity_checking:
            self.log("val/auroc", self.figures[min(self.current_epoch, len(self.figures) - 1)])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.0)


def trained(figures: Curve, address: TrialAddress, monitor: str = "val/auroc") -> Pruning:
    callback = Pruning(address, monitor)
    data = DataLoader(TensorDataset(torch.zeros(2, 1)))
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=len(figures),
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[callback],
    )
    trainer.fit(Told(figures), data, data)
    trainer.validate(Told(figures), data, verbose=False)  # says nothing to the study
    return callback


@pytest.mark.filterwarnings("ignore:.*does not have many workers.*")
@pytest.mark.parametrize("kind", [None, "journal"])
def test_a_weak_trial_is_stopped_and_a_good_one_is_not(kind: str | None, tmp_path: Path) -> None:
    address = address_of(kind, tmp_path)
    study = optuna.create_study(study_name="s", storage=open_storage(address), direction="maximize")
    curves = [(0.6, 0.7, 0.8), (0.5, 0.5, 0.5), (0.7, 0.8, 0.9)]
    pruned = []
    for number, curve in enumerate(curves):
        trial = study.ask()
        callback = trained(curve, TrialAddress(address, "s", number, MEDIAN))
        pruned.append(callback.is_pruned)
        study.tell(trial, state=TrialState.PRUNED) if callback.is_pruned else study.tell(trial, 0.8)
    assert pruned == [False, True, False]
    told = [dict(trial.intermediate_values) for trial in study.trials]
    assert told == [
        {0: pytest.approx(0.6), 1: pytest.approx(0.7), 2: pytest.approx(0.8)},
        {0: 0.5, 1: 0.5},
        {0: pytest.approx(0.7), 1: pytest.approx(0.8), 2: pytest.approx(0.9)},
    ]


@pytest.mark.filterwarnings("ignore:.*does not have many workers.*")
def test_a_figure_that_is_not_logged_prunes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address = address_of(None, tmp_path)
    optuna.create_study(study_name="s", storage=open_storage(address)).ask()
    callback = trained((0.5, 0.5), TrialAddress(address, "s", 0, MEDIAN), "test/auroc")
    assert not callback.is_pruned
    assert caplog.messages.count("no test/auroc to judge this trial by: it is not pruned") == 1


@pytest.mark.parametrize("member", members("hydra/sweeper/pruner"))
def test_every_member_is_a_pruner(member: str) -> None:
    config = yaml.safe_load((CONF / f"hydra/sweeper/pruner/{member}.yaml").read_text())
    assert isinstance(built_pruner(config), optuna.pruners.BasePruner)


def test_a_pruner_around_a_pruner_is_built() -> None:
    patient = {"_target_": "optuna.pruners.PatientPruner", "patience": 2, "wrapped_pruner": MEDIAN}
    assert isinstance(built_pruner(patient), optuna.pruners.PatientPruner)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({}, "expected a pruner of Optuna's, but got none"),
        ({"_target_": "os.system"}, "expected a pruner of Optuna's, but got os.system"),
        ({"_target_": "optuna.pruners.Median"}, "but got optuna.pruners.Median"),
        ({**MEDIAN, "patience": 1}, "expected arguments of optuna.pruners.MedianPruner, but got:"),
    ],
)
def test_another_pruner_is_refused(config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        built_pruner(config)


def test_a_trial_is_found_by_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TrialAddress.of_this_process() is None
    address = address_of(None, tmp_path)
    study = optuna.create_study(study_name="s", storage=open_storage(address))
    for _ in range(2):
        study.ask()
    mine = TrialAddress(address, "s", 1, MEDIAN)
    monkeypatch.setenv(TRIAL, mine.to_text())
    found = TrialAddress.of_this_process()
    assert found == mine
    assert reached(mine).number == 1
