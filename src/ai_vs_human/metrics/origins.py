"""Predictions to one row for each generator and each human source."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import torch

from ai_vs_human.labels import Label
from ai_vs_human.metrics.binary import ranking_metrics
from ai_vs_human.metrics.predictions import Predictions


@dataclass(frozen=True, slots=True)
class OriginRow:
    """How a detector does on the images of one origin.

    Attributes:
        label: `ai` for a generator, `human` for a source.
        origin: the generator's or source's name.
        images: how many there are.
        recall: share of them with the right verdict at the threshold, in [0, 1].
        auroc: a generator's images against all human images; None for sources, and where
            there are no human images.
        average_precision: likewise.
    """

    label: str
    origin: str
    images: int
    recall: float
    auroc: float | None = None
    average_precision: float | None = None

    def to_dict(self) -> dict[str, str | int | float | None]:
        """Plain values, for JSON and CSV."""
        return asdict(self)


def by_origin(
    predictions: Predictions, origins: Sequence[str], threshold: float
) -> list[OriginRow]:
    """One row an origin: generators first, each part in alphabetical order.

    Args:
        predictions: of one stage.
        origins: the generator or source of each row of the stage's manifest.
        threshold: score from which an image is called AI.
    """
    names = [origins[index] for index in predictions.indices.tolist()]
    pairs = sorted({*zip((-predictions.labels).tolist(), names, strict=True)})
    return [
        _row(predictions, torch.tensor([n == name for n in names]), Label(-sign), name, threshold)
        for sign, name in pairs
    ]


def _row(
    predictions: Predictions, named: torch.Tensor, label: Label, name: str, threshold: float
) -> OriginRow:
    scores, labels = predictions.scores, predictions.labels
    own = named & (labels == label)
    called = scores[own] >= threshold
    recall = float((called == (label is Label.AI)).double().mean())
    ranking: Mapping[str, float] = {}
    if label is Label.AI:
        against = own | (labels == Label.HUMAN)
        ranking = ranking_metrics(scores[against], labels[against])
    return OriginRow(
        label=label.key,
        origin=name,
        images=int(own.sum()),
        recall=recall,
        auroc=ranking.get("auroc"),
        average_precision=ranking.get("average_precision"),
    )


def generator_summary(rows: Sequence[OriginRow]) -> dict[str, float]:
    """Mean and worst AUROC over generators; empty where fewer than two have one."""
    found = [row.auroc for row in rows if row.auroc is not None]
    if len(found) < 2:  # noqa: PLR2004 -- one generator has neither a mean nor a worst
        return {}
    return {"auroc_mean_generator": sum(found) / len(found), "auroc_worst_generator": min(found)}
