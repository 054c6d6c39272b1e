"""The smallest training run that checkpoints, logs and can fail."""

from pathlib import Path

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import Logger
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset


class TinyModule(LightningModule):
    """One weight; every step logs `train/loss`, every validation `val/auroc`."""

    def __init__(self, *, fail: bool = False) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))
        self.fail = fail

    def training_step(self, batch: list[Tensor]) -> Tensor:
        if self.fail:
            raise RuntimeError("the run breaks")
        loss = (self.weight * batch[0]).square().mean()
        self.log("train/loss", loss)
        return loss

    def validation_step(self, batch: list[Tensor]) -> None:
        self.log("val/auroc", 0.75, batch_size=1)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


def fit(folder: Path, loggers: list[Logger], *others: Callback, fail: bool = False) -> Trainer:
    """Two steps and a validation, with a checkpoint below the folder."""
    loader = DataLoader(TensorDataset(torch.ones(2, 1)), batch_size=1)
    checkpoint = ModelCheckpoint(folder / "checkpoints", "best", monitor="val/auroc", mode="max")
    trainer = Trainer(
        max_epochs=1,
        accelerator="cpu",
        logger=loggers,
        callbacks=[checkpoint, *others],
        log_every_n_steps=1,
        num_sanity_val_steps=0,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
    )
    trainer.fit(TinyModule(fail=fail), loader, loader)
    return trainer
