"""Logits and labels to one number to make small; AI is the positive class."""

import torch
from torch import nn
from torch.nn import functional

from ai_vs_human.errors import ConfigError
from ai_vs_human.shapes import Labels, Logits


class BinaryCrossEntropy(nn.Module):
    """Binary cross-entropy with logits.

    Args:
        label_smoothing: labels become s/2 and 1 - s/2, in [0, 1).
        positive_weight: how many human images an AI image weighs.
    """

    weight: torch.Tensor

    def __init__(self, label_smoothing: float = 0.0, positive_weight: float = 1.0) -> None:
        super().__init__()
        if not 0 <= label_smoothing < 1:
            raise ConfigError(
                f"expected a label smoothing in [0, 1), but got {label_smoothing}"
                " (model.loss.label_smoothing)"
            )
        self.label_smoothing = label_smoothing
        self.register_buffer("weight", torch.tensor(positive_weight), persistent=False)

    def forward(self, logits: Logits, labels: Labels) -> torch.Tensor:
        """The mean over the batch."""
        targets = labels.to(logits.dtype)
        if self.label_smoothing:
            targets = targets * (1 - self.label_smoothing) + self.label_smoothing / 2
        return functional.binary_cross_entropy_with_logits(logits, targets, pos_weight=self.weight)


class FocalLoss(nn.Module):
    """Cross-entropy that counts images less the better they are already told apart.

    Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017.

    Args:
        gamma: 0 is cross-entropy; 2 is the paper's choice.
    """

    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        self.gamma = gamma

    def forward(self, logits: Logits, labels: Labels) -> torch.Tensor:
        """The mean over the batch of (1 - p)^gamma · -log p, p the right class's probability."""
        targets = labels.to(logits.dtype)
        losses = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        return ((1 - torch.exp(-losses)) ** self.gamma * losses).mean()
