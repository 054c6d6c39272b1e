"""Batches to a trained detector: the LightningModule that every model of the config shares."""

import math
from collections.abc import Mapping
from typing import Any, Literal, cast

import torch
from lightning.pytorch import LightningModule
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor
from typing_extensions import override

from ai_vs_human.batch import Batch
from ai_vs_human.build import build
from ai_vs_human.errors import ConfigError, DivergedError
from ai_vs_human.metrics.binary import binary_metrics, fit_threshold
from ai_vs_human.metrics.predictions import Predictions, PredictionStore
from ai_vs_human.models.detector import build_detector
from ai_vs_human.shapes import ByteImages, Logits

Stage = Literal["val", "test"]


class DetectorModule(LightningModule):
    """Trains a detector, and measures it on validation and test images.

    What was measured stays in `validation` and `test` (by the keys logged, in full precision;
    that of validation also in the checkpoint) and in `predictions`.

    All arguments are plain mappings and numbers: they are stored in every checkpoint, and the
    module is rebuilt from a checkpoint alone.

    Args:
        frontend: `_target_` and keys of what turns RGB into planes.
        backbone: `_target_` and keys of what turns planes into features.
        optimizer: `_target_` and keys; gets the parameters that require gradients.
        scheduler: `_target_` and keys; gets the optimizer and `total_steps`.
        loss: `_target_` and keys; gets logits and labels.
        preprocess: how images become the network's size; kept beside the weights, since a
            detector means nothing without it.
        dropout: before the last layer, in [0, 1).
        channels_last: memory layout of images and weights; faster on most CPUs and GPUs.
        compile: `torch.compile` the network at the start of a fit.

    Logged metrics, each once an epoch except where said:
        train/loss: mean over the epoch. train/loss_step: one batch, every `log_every_n_steps`.
        val/…, test/…: loss; `binary_metrics`; threshold (the one used). The threshold is fitted
            on validation images, kept in the checkpoint and frozen for test.
    """

    def __init__(
        self,
        *,
        frontend: Mapping[str, Any],
        backbone: Mapping[str, Any],
        optimizer: Mapping[str, Any],
        scheduler: Mapping[str, Any],
        loss: Mapping[str, Any],
        preprocess: Mapping[str, Any],
        dropout: float = 0.0,
        channels_last: bool = True,
        compile: bool = False,  # noqa: A002 -- the field's word
    ) -> None:
        super().__init__()
        self.save_hyperparameters(logger=False)
        self.specs = {"optimizer": dict(optimizer), "scheduler": dict(scheduler)}
        self.preprocess = dict(preprocess)
        self.compiled = compile
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.detector = build_detector(frontend, backbone, dropout).to(memory_format=self.layout)
        self.loss: torch.nn.Module = build(loss)
        self.threshold = 0.5
        self.validation: dict[str, float] = {}
        self.test: dict[str, float] = {}
        self.predictions: dict[Stage, Predictions] = {}
        self._store = PredictionStore()
        self._losses: list[Tensor] = []

    @override
    def forward(self, images: ByteImages) -> Logits:
        """Logits of uint8 images."""
        logits: Logits = self.detector(images.contiguous(memory_format=self.layout))
        return logits

    @override
    def on_fit_start(self) -> None:
        """Compile in place: the names of the weights stay as they are."""
        if self.compiled:
            self.detector.compile()

    @override
    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        loss: Tensor = self.loss(self(batch.images), batch.labels)
        self._losses.append(loss.detach())
        every: int = self.trainer.log_every_n_steps  # type: ignore[attr-defined]  # set late
        if (self.trainer.global_step + 1) % every == 0:
            self.log("train/loss_step", loss, prog_bar=True, batch_size=len(batch))
        return loss

    @override
    def on_train_epoch_end(self) -> None:
        if self._losses:
            # Reduced here, not by `log`: Lightning would do so whenever one rank's progress bar
            # looks at the metrics, and the ranks would wait for each other for ever.
            mean = self.trainer.strategy.reduce(torch.stack(self._losses).mean())
            self.log("train/loss", mean)
            self._losses.clear()

    @override
    def on_validation_start(self) -> None:
        """Measure what a checkpoint would hold: running averages of the first process."""
        if self.trainer.world_size > 1:
            for buffer in self.buffers():
                torch.distributed.broadcast(buffer, 0)

    @override
    def validation_step(self, batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        return self._evaluate(batch)

    @override
    def test_step(self, batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        return self._evaluate(batch)

    def _evaluate(self, batch: Batch) -> dict[str, Tensor]:
        logits = self(batch.images)
        self._store.add(batch.indices, batch.labels, logits)
        return {"logits": logits}

    @override
    def on_validation_epoch_end(self) -> None:
        """Fit the threshold, then measure at it."""
        predictions = self._collect("val")
        if self.trainer.sanity_checking:
            return  # a few batches say nothing, and may hold one class only
        self.threshold = fit_threshold(predictions.scores, predictions.labels)
        self.validation = self._measure("val", predictions)

    @override
    def on_test_epoch_end(self) -> None:
        """Measure at the threshold that validation images gave."""
        self.test = self._measure("test", self._collect("test"))

    def _collect(self, stage: Stage) -> Predictions:
        predictions = self._store.collect(lambda part: cast("Tensor", self.all_gather(part)))
        bad = predictions.logits[~predictions.logits.isfinite()]
        if len(bad):
            raise DivergedError(
                f"expected finite logits, but got {bad[0]} in epoch {self.current_epoch} ({stage})",
                hint="a smaller model.optimizer.lr, or trainer.gradient_clip_val=1.0",
            )
        self.predictions[stage] = predictions
        return predictions

    def _measure(self, stage: Stage, predictions: Predictions) -> dict[str, float]:
        figures = binary_metrics(predictions.scores, predictions.labels, self.threshold)
        logits = predictions.logits.float().to(self.device)
        loss = self.loss(logits, predictions.labels.to(self.device))
        figures |= {"loss": float(loss), "threshold": self.threshold}
        named = {f"{stage}/{name}": value for name, value in figures.items()}
        # Every rank has the predictions of all: a reduction would cost and change nothing.
        self.log_dict(named, batch_size=max(1, len(predictions)))
        return named

    @override
    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        trained = [parameter for parameter in self.parameters() if parameter.requires_grad]
        optimizer = build(self.specs["optimizer"], params=trained)
        estimated = self.trainer.estimated_stepping_batches
        if not math.isfinite(estimated):
            raise ConfigError(
                "expected a number of epochs or steps, but got a fit without an end"
                " (trainer.max_epochs)",
                hint="trainer.max_epochs=10",
            )
        steps = max(1, int(estimated))
        scheduler = build(self.specs["scheduler"], optimizer=optimizer, total_steps=steps)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": scheduler, "interval": "step"},
        }

    @override
    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the threshold and the validation figures that belong to these weights.

        Pretrained weights are in the state dict by now: a rebuild must not fetch them again.
        """
        if self._losses:  # saved within an epoch: each rank's own, so that the mean stays the same
            checkpoint["losses"] = cast("Tensor", self.all_gather(torch.stack(self._losses))).cpu()
        checkpoint["threshold"] = self.threshold
        checkpoint["validation"] = dict(self.validation)
        parameters = checkpoint.get("hyper_parameters")
        if parameters is not None and parameters["backbone"].get("weights") is not None:
            backbone = {**parameters["backbone"], "weights": None}
            checkpoint["hyper_parameters"] = {**parameters, "backbone": backbone}

    @override
    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self.threshold = float(checkpoint["threshold"])
        self.validation = dict(checkpoint["validation"])
        losses = checkpoint.get("losses")
        if losses is not None and self._trainer is not None:
            of_ranks = losses.reshape(-1, losses.shape[-1])
            own = of_ranks[self.trainer.global_rank % len(of_ranks)]
            self._losses = list(own.to(self.device))
