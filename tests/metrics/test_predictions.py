"""Predictions of batches and ranks: every image once, in the manifest's order."""

import torch

from ai_vs_human.metrics.predictions import PredictionStore


def test_batches_join_in_the_order_of_the_manifest() -> None:
    store = PredictionStore()
    store.add(torch.tensor([2, 0]), torch.tensor([1, 0]), torch.tensor([2.0, 0.0]))
    store.add(torch.tensor([1]), torch.tensor([1]), torch.tensor([1.0]))

    joined = store.collect(lambda part: part)

    assert joined.indices.tolist() == [0, 1, 2]
    assert joined.labels.tolist() == [0, 1, 1]
    assert joined.logits.tolist() == [0.0, 1.0, 2.0]


def test_an_image_that_two_ranks_saw_counts_once() -> None:
    store = PredictionStore()
    store.add(torch.tensor([0, 2]), torch.tensor([0, 1]), torch.tensor([0.0, 2.0]))
    other = {0: torch.tensor([1, 0]), 1: torch.tensor([1, 0]), 2: torch.tensor([1.0, 0.0])}
    parts = iter(other.values())

    joined = store.collect(lambda part: torch.stack([part, next(parts).to(part.dtype)]))

    assert joined.indices.tolist() == [0, 1, 2]
    assert joined.logits.tolist() == [0.0, 1.0, 2.0]


def test_what_was_collected_is_forgotten() -> None:
    store = PredictionStore()
    store.add(torch.tensor([0]), torch.tensor([1]), torch.tensor([3.0]))
    store.collect(lambda part: part)

    assert len(store.collect(lambda part: part)) == 0
