"""A composed config to live objects: datamodule, module, callbacks, loggers and trainer."""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch import Callback, Trainer
from lightning.pytorch.callbacks import Checkpoint, ModelCheckpoint, ModelSummary, ProgressBar
from lightning.pytorch.loggers import Logger
from omegaconf import DictConfig

from ai_vs_human.callbacks.step_seed import StepSeed
from ai_vs_human.cloud.cluster import cluster_of_this_job
from ai_vs_human.cloud.vertex_environment import VertexEnvironment
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.errors import CheckpointError, ConfigError, PreemptedError
from ai_vs_human.jobs.surroundings import is_job
from ai_vs_human.sweeps.trial import TrialAddress
from ai_vs_human.tasks.instantiate import make, make_all
from ai_vs_human.tasks.validation.checked import checked
from ai_vs_human.tasks.validation.fault import refuse
from ai_vs_human.tasks.validation.machine import machine_faults
from ai_vs_human.tasks.validation.signature import imported_signature
from ai_vs_human.training.checkpoint_io import AtomicCheckpointIO
from ai_vs_human.training.module import DetectorModule

_NOISE: Final = (
    # Lightning 2.6 asks torch 2.15's pytree in a way that torch deprecates.
    ".*LeafSpec.*",
    # Decoding in the training process is the faster choice for small images (data.num_workers).
    ".*does not have many workers.*",
    # Short runs have fewer steps than log_every_n_steps: train/loss is logged at the epoch's end.
    ".*number of training batches .* is smaller than the logging interval.*",
    # Our sampler gives every rank its share, and repeated images are counted once.
    ".*it is recommended to use a single device.*",
    # Which is what debug=overfit asks for.
    ".*requested to overfit but enabled .* dataloader shuffling.*",
    # A frozen backbone is in evaluation mode on purpose.
    ".*in eval mode at the start of training.*",
    # Figures of validation and test come from the predictions of all ranks already.
    ".*when logging on epoch level in distributed setting.*",
    # Lightning 2.6 gathers in a way that torch 2.15 deprecates.
    ".*all_gather is deprecated.*",
    # A resume point holds the place in the epoch; Lightning asks the loader for it.
    ".*your dataloader is.*",
    # A sweep's folder, or one that a run is resumed in.
    ".*Checkpoint directory .* exists and is not empty.*",
)


@dataclass(frozen=True)
class Parts:
    """The live objects of a training run."""

    datamodule: ImageDataModule
    module: DetectorModule
    trainer: Trainer
    loggers: list[Logger]

    @property
    def is_pruned(self) -> bool:
        """Whether the study of which this run is a trial has ended it."""
        found = [getattr(one, "is_pruned", False) for one in self.trainer.callbacks]  # type: ignore[attr-defined]
        return any(found)

    @property
    def best(self) -> str | None:
        """The checkpoint to measure: the best so far, or the last where none was judged."""
        for keeper in self.trainer.checkpoint_callbacks:
            if isinstance(keeper, ModelCheckpoint):
                return keeper.best_model_path or keeper.last_model_path or None
        return None


def resolved(config: DictConfig) -> dict[str, Any]:
    """The config as plain values that can work together on this machine.

    Raises:
        ConfigError: with every fault found.
    """
    sweeping = is_job() or (
        HydraConfig.initialized() and HydraConfig.get().mode is RunMode.MULTIRUN
    )
    values, faults = checked(config, imported_signature, sweeping=sweeping)
    refuse([*faults, *machine_faults(values)])
    return values


def assemble(config: Mapping[str, Any]) -> Parts:
    """Build everything that a training run needs.

    Args:
        config: resolved values.
    """
    quieten()
    datamodule = ImageDataModule(make(config["data"], "data"))
    module = make(config["model"], "model")
    loggers = make_all(config["logger"], "logger")
    callbacks = make_all(config["callbacks"], "callbacks")
    if config["energy"]:
        callbacks.append(make(config["energy"], "energy"))
    callbacks.append(StepSeed(config["seed"]))
    callbacks += _pruning(config["optimized_metric"])
    plugins: list[Any] = [AtomicCheckpointIO()]
    if (cluster := cluster_of_this_job()) is not None:
        plugins.append(VertexEnvironment(cluster))
    trainer = make_trainer(config["trainer"], callbacks, loggers, plugins=plugins)
    return Parts(datamodule, module, trainer, loggers)


def _pruning(objective: str | list[str] | None) -> list[Callback]:
    """What stops a trial that will not win, where this run is one and is judged by one figure."""
    address = TrialAddress.of_this_process()
    if isinstance(objective, list) and len(objective) == 1:
        (objective,) = objective
    if address is None or address.pruner is None or not isinstance(objective, str):
        return []
    from ai_vs_human.callbacks.pruning import Pruning  # noqa: PLC0415 -- Optuna: a second

    return [Pruning(address, objective)]


def make_trainer(
    config: Mapping[str, Any], callbacks: list[Callback], loggers: list[Logger], **extra: Any
) -> Trainer:
    """A Trainer with these callbacks and loggers and no others."""
    only_ours = {
        "enable_checkpointing": any(isinstance(one, Checkpoint) for one in callbacks),
        "enable_model_summary": any(isinstance(one, ModelSummary) for one in callbacks),
        "enable_progress_bar": any(isinstance(one, ProgressBar) for one in callbacks),
    }
    trainer: Trainer = make(
        {**only_ours, **config}, "trainer", callbacks=callbacks, logger=loggers or False, **extra
    )
    return trainer


@contextmanager
def explained() -> Iterator[None]:
    """Turn Lightning's words for a wrong combination of settings, and for Ctrl-C, into ours.

    Raises:
        ConfigError: in place of Lightning's MisconfigurationException.
        CheckpointError: in place of torch's list of all weights that do not fit.
        KeyboardInterrupt: in place of the exit that Lightning makes of one.
    """
    try:
        yield
    except PreemptedError:
        raise
    except SystemExit as end:
        raise KeyboardInterrupt from end
    except MisconfigurationException as error:
        raise ConfigError(f"expected settings that Lightning takes, but got: {error}") from error
    except RuntimeError as error:
        if "loading state_dict" not in str(error):
            raise
        raise CheckpointError(
            f"expected the weights of this network, but got others: {str(error).splitlines()[1]}",
            hint="the model= that the checkpoint was trained with",
        ) from error


def quieten() -> None:
    """Drop advice of Lightning's that does not hold here, and its advertisements."""
    for message in _NOISE:
        warnings.filterwarnings("ignore", message=message)
    for name in ("lightning.pytorch.utilities.rank_zero", "lightning.pytorch.accelerators.cuda"):
        logging.getLogger(name).setLevel(logging.WARNING)
