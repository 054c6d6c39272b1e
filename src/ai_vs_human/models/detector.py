"""Bytes of an image to one logit: front-end, backbone and head in one module."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from ai_vs_human.build import build
from ai_vs_human.shapes import ByteImages, Features, Logits, Planes


class Detector(nn.Module):
    """A network that says how likely an image is AI-made.

    It takes bytes, since what turns bytes into its input belongs to it: nobody who has the
    weights can normalise differently.
    """

    def __init__(self, frontend: nn.Module, backbone: nn.Module, dropout: float = 0.0) -> None:
        super().__init__()
        self.frontend = frontend
        self.backbone = backbone
        features: int = backbone.num_features  # type: ignore[assignment]  # every backbone has it
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(features, 1)

    def features(self, images: ByteImages) -> Features:
        """What the head sees."""
        precision = self.head.weight.dtype  # half, where the whole network was made so
        planes: Planes = self.frontend(images.to(precision).div(255))
        vectors: Features = self.backbone(planes)
        return vectors

    def forward(self, images: ByteImages) -> Logits:
        """Logits; the sigmoid of one is the score P(AI)."""
        logits: torch.Tensor = self.head(self.dropout(self.features(images)))
        return logits.squeeze(1)


def build_detector(
    frontend: Mapping[str, Any], backbone: Mapping[str, Any], dropout: float = 0.0
) -> Detector:
    """Make a detector from plain mappings, as configs and checkpoints hold them.

    Raises:
        ConfigError: if a `_target_` is unknown or does not take its keys.
        WeightsError: if pretrained weights are asked for and cannot be had.
    """
    planes: nn.Module = build(frontend)
    return Detector(planes, build(backbone, in_channels=planes.out_channels), dropout)
