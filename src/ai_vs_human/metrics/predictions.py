"""Logits of many batches and ranks to one prediction for each image of a stage."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ai_vs_human.shapes import Labels, Logits


@dataclass(frozen=True)
class Predictions:
    """What a detector said of every image of a stage, in the manifest's order, on the CPU.

    Attributes:
        indices: rows of the stage's manifest, each once, ascending [images].
        labels: 1 for AI, 0 for human [images].
        logits: float64 [images].
    """

    indices: Tensor
    labels: Tensor
    logits: Tensor

    @property
    def scores(self) -> Tensor:
        """P(AI) in [0, 1], float64 [images]."""
        return self.logits.sigmoid()

    def __len__(self) -> int:
        """The number of images."""
        return len(self.indices)


@dataclass
class PredictionStore:
    """Collects batches while a stage runs: only references are kept, nothing waits for a device."""

    _batches: list[tuple[Labels, Labels, Logits]] = field(default_factory=list)

    def add(self, indices: Labels, labels: Labels, logits: Logits) -> None:
        """Keep one batch."""
        self._batches.append((indices, labels, logits.detach().float()))

    def collect(self, gather: Callable[[Tensor], Tensor]) -> Predictions:
        """Join the batches of all ranks and forget them.

        A sampler that gives every rank equally many images repeats some; each image counts once.

        Args:
            gather: joins one tensor of every rank; the identity where there is one process.
        """
        if not self._batches:
            empty = torch.empty(0, dtype=torch.int64)
            return Predictions(empty, empty, empty.double())
        joined = [gather(torch.cat(parts)) for parts in zip(*self._batches, strict=True)]
        self._batches.clear()
        indices, labels, logits = (part.reshape(-1).cpu() for part in joined)
        order = indices.argsort(stable=True)
        indices = indices[order]
        first = torch.ones_like(indices, dtype=torch.bool)
        first[1:] = indices[1:] != indices[:-1]
        kept = order[first]
        return Predictions(indices[first], labels[kept], logits[kept].double())
