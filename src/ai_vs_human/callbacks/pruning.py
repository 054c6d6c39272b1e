"""Validation figures of a sweep's trial to the study, and the study's verdict to an early end."""

import logging

import optuna
from lightning.pytorch import Callback, LightningModule, Trainer
from lightning.pytorch.trainer.states import TrainerFn
from optuna.samplers import RandomSampler
from optuna.trial import Trial
from typing_extensions import override

from ai_vs_human.sweeps.storage import open_storage
from ai_vs_human.sweeps.trial import TrialAddress, built_pruner

log = logging.getLogger(__name__)


class Pruning(Callback):
    """Reports a metric after each validation, and stops a trial that will not win.

    Optuna's own callback wants the trial at hand, and in several processes a database whose rows
    it reads from each. Here the first process alone talks to the study's storage, whichever it
    is, and the others learn the verdict from it.

    Args:
        address: of the trial.
        monitor: the metric of validation that trials are judged by.
    """

    def __init__(self, address: TrialAddress, monitor: str) -> None:
        self.monitor = monitor
        self.is_pruned = False
        self._address = address
        self._trial: Trial | None = None
        self._told = False

    @override
    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        if stage == "fit" and trainer.is_global_zero:
            optuna.logging.set_verbosity(optuna.logging.WARNING)
            self._trial = reached(self._address)

    @override
    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Report, and stop where the study says so; the epochs are the steps."""
        if trainer.sanity_checking or trainer.state.fn != TrainerFn.FITTING:
            return
        verdict = trainer.strategy.broadcast(self._verdict(trainer))
        if verdict:
            self.is_pruned = True
            trainer.should_stop = True

    def _verdict(self, trainer: Trainer) -> bool:
        if self._trial is None:
            return False
        value = trainer.callback_metrics.get(self.monitor)
        if value is None:
            self._say(f"no {self.monitor} to judge this trial by: it is not pruned")
            return False
        self._trial.report(float(value), trainer.current_epoch)
        return bool(self._trial.should_prune())

    def _say(self, sentence: str) -> None:
        if not self._told:
            log.warning("%s", sentence)
        self._told = True


def reached(address: TrialAddress) -> Trial:
    """The trial at an address, as the process that asked for it has it.

    Its sampler proposes nothing here: the trial has its values.
    """
    study = optuna.load_study(
        study_name=address.study,
        storage=open_storage(address.storage),
        sampler=RandomSampler(),
        pruner=built_pruner(address.pruner),
    )
    frozen = study.get_trials(deepcopy=False)[address.number]
    return Trial(study, frozen._trial_id)  # noqa: SLF001 -- there is no public way to a trial
