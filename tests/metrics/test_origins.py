"""The table by generator and source."""

import pytest
import torch

from ai_vs_human.metrics.origins import by_origin, generator_summary
from ai_vs_human.metrics.predictions import Predictions


def some_predictions() -> tuple[Predictions, list[str]]:
    labels = torch.tensor([0, 0, 1, 1, 1])
    scores = torch.tensor([0.1, 0.6, 0.9, 0.2, 0.8]).double()
    return (
        Predictions(torch.arange(5), labels, scores.logit()),
        ["camera", "scan", "gan", "gan", "vae"],
    )


def test_every_generator_stands_against_all_human_images() -> None:
    predictions, origins = some_predictions()

    rows = {row.origin: row for row in by_origin(predictions, origins, threshold=0.5)}

    assert list(rows) == ["gan", "vae", "camera", "scan"]
    assert rows["gan"].recall == 0.5
    assert rows["gan"].auroc == pytest.approx(0.75)
    assert rows["vae"].auroc == 1
    assert (rows["camera"].recall, rows["scan"].recall) == (1, 0)
    assert rows["camera"].auroc is None


def test_a_subset_finds_its_origins_by_index() -> None:
    predictions, origins = some_predictions()
    subset = Predictions(predictions.indices[3:], predictions.labels[3:], predictions.logits[3:])

    rows = by_origin(subset, origins, threshold=0.5)

    assert [(row.origin, row.images, row.auroc) for row in rows] == [
        ("gan", 1, None),
        ("vae", 1, None),
    ]


def test_the_summary_names_mean_and_worst() -> None:
    predictions, origins = some_predictions()

    summary = generator_summary(by_origin(predictions, origins, threshold=0.5))

    assert summary == pytest.approx({"auroc_mean_generator": 0.875, "auroc_worst_generator": 0.75})
