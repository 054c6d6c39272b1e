"""What bootstrap intervals promise: coverage, pairing, groups, and no figure out of nothing."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import stats

from ai_vs_human.metrics.binary import binary_metrics
from ai_vs_human.metrics.bootstrap import intervals, paired

Scores = NDArray[np.float64]
Labels = NDArray[np.int64]


def binormal(
    random: np.random.Generator, images: int = 200, detectors: int = 1, shared: float = 0.0
) -> tuple[list[Scores], Labels]:
    """Detectors whose logits are normal and 1 higher for AI images; `shared` correlates them."""
    labels = np.arange(images) % 2
    common = random.normal(size=images) * shared**0.5
    own = random.normal(size=(detectors, images)) * (1 - shared) ** 0.5
    return list(1 / (1 + np.exp(-(labels + common + own)))), labels


def width(interval: tuple[float, float]) -> float:
    return interval[1] - interval[0]


def test_a_95_percent_interval_covers_the_true_auroc_in_about_95_percent() -> None:
    random = np.random.default_rng(0)
    truth = stats.norm.cdf(1 / 2**0.5)
    covered = 0

    for _ in range(200):
        (scores,), labels = binormal(random)
        low, high = intervals(scores, labels, 0.5, resamples=200)["auroc"]
        covered += low <= truth <= high

    assert 0.90 <= covered / 200 <= 0.985


def test_two_equally_good_detectors_seldom_differ_significantly() -> None:
    random = np.random.default_rng(1)
    p_values = []

    for _ in range(200):
        (first, second), labels = binormal(random, detectors=2, shared=0.7)
        p_values.append(paired(first, second, labels, 0.5, 0.5, resamples=200)["auroc"].p_value)

    assert 0.02 <= np.mean(np.array(p_values) <= 0.05) <= 0.10


def test_the_interval_of_the_accuracy_is_that_of_scipy() -> None:
    (scores,), labels = binormal(np.random.default_rng(2), images=400)
    right = ((scores >= 0.5) == labels).astype(float)

    def accuracy(human: Scores, ai: Scores, axis: int = -1) -> Scores:
        return (human.mean(axis=axis) + ai.mean(axis=axis)) / 2

    interval = intervals(scores, labels, 0.5, resamples=4000)["accuracy"]

    expected = stats.bootstrap(
        (right[labels == 0], right[labels == 1]),
        accuracy,
        n_resamples=4000,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    assert interval == pytest.approx((expected.low, expected.high), abs=0.005)


def test_less_confidence_needs_a_narrower_interval() -> None:
    (scores,), labels = binormal(np.random.default_rng(3))

    wide = intervals(scores, labels, 0.5, confidence=0.95)["auroc"]
    narrow = intervals(scores, labels, 0.5, confidence=0.5)["auroc"]

    assert width(narrow) / width(wide) == pytest.approx(0.674 / 1.960, rel=0.1)


def test_every_resample_has_as_many_images_of_a_class() -> None:
    scores, labels = np.linspace(0.5, 1, 40), np.array([1] * 10 + [0] * 30)

    found = intervals(scores, labels, threshold=0.5)

    assert found["accuracy"] == (0.25, 0.25)  # all are called AI


def test_copies_of_an_image_are_no_further_evidence() -> None:
    (scores,), labels = binormal(np.random.default_rng(4), images=300)
    names = [f"scene-{index}" for index in range(300)]

    alone = intervals(scores, labels, 0.5, groups=names)["auroc"]
    copied = intervals(scores.repeat(4), labels.repeat(4), 0.5)["auroc"]
    grouped = intervals(
        scores.repeat(4), labels.repeat(4), 0.5, groups=[n for n in names for _ in range(4)]
    )["auroc"]

    assert grouped == pytest.approx(alone)
    assert width(grouped) / width(copied) == pytest.approx(2, rel=0.15)


def test_images_without_a_group_are_drawn_alone() -> None:
    (scores,), labels = binormal(np.random.default_rng(5))

    assert intervals(scores, labels, 0.5, groups=[""] * 200) == intervals(scores, labels, 0.5)


def test_a_group_of_both_classes_is_drawn_as_a_whole() -> None:
    """In each pair either both or none are called AI: every resample has one half right."""
    called = np.random.default_rng(6).random(50) < 0.5
    scores, labels = np.where(called, 0.9, 0.1).repeat(2), np.arange(100) % 2
    pairs = [f"scene-{index}" for index in range(50) for _ in range(2)]

    found = intervals(scores, labels, 0.5, groups=pairs)

    assert found["accuracy"] == (0.5, 0.5)
    assert width(found["recall_ai"]) > 0.1
    assert width(intervals(scores, labels, 0.5)["accuracy"]) > 0.1


def test_one_group_of_both_classes_lets_the_shares_of_the_classes_vary() -> None:
    scores, labels = np.linspace(0.5, 1, 200), np.arange(200) % 2
    names = ["scene", "scene", *[""] * 198]

    found = intervals(scores, labels, threshold=0.5, groups=names)

    binomial = 2 * 1.96 * (0.25 / 199) ** 0.5
    assert width(found["accuracy"]) == pytest.approx(binomial, rel=0.15)  # all are called AI


def test_resamples_that_lack_a_class_are_passed_over() -> None:
    scores, labels = np.array([0.1, 0.9, 0.3, 0.4]), np.array([0, 1, 0, 1])

    found = intervals(scores, labels, 0.5, groups=["both", "both", "human", "ai"])

    assert found["auroc"] == (1, 1)
    assert np.isfinite(list(found.values())).all()


@pytest.mark.parametrize("grouped", [False, True])
def test_the_order_of_the_images_changes_nothing(grouped: bool) -> None:  # noqa: FBT001 -- parametrised
    random = np.random.default_rng(7)
    (first, second), labels = binormal(random, detectors=2)
    first, second = first.round(1), second.round(1)
    names = np.array([f"scene-{index // 3}" if grouped else "" for index in range(200)])
    order = random.permutation(200)
    shuffled = {"groups": names[order].tolist()}

    assert intervals(first[order], labels[order], 0.5, **shuffled) == intervals(
        first, labels, 0.5, groups=names.tolist()
    )
    assert paired(first[order], second[order], labels[order], 0.5, 0.4, **shuffled) == paired(
        first, second, labels, 0.5, 0.4, groups=names.tolist()
    )


def test_a_seed_gives_its_own_intervals_each_time() -> None:
    (scores,), labels = binormal(np.random.default_rng(8))

    again = [intervals(scores, labels, 0.5, seed=seed)["auroc"] for seed in (0, 0, 1)]

    assert again[0] == again[1] != again[2]
    assert again[0] == pytest.approx(again[2], abs=0.02)


def test_one_class_has_the_intervals_it_has_figures_for() -> None:
    scores, labels = np.linspace(0, 1, 20), np.ones(20, dtype=np.int64)

    found = intervals(scores, labels, 0.5)

    assert set(found) == {"accuracy", "recall_ai", "f1", "ece", "brier"}
    assert found["accuracy"] == found["recall_ai"]


@pytest.mark.parametrize("labels", [[], [1], [0, 1], [0, 0, 0, 1]])
def test_a_class_of_one_image_has_no_spread_to_tell(labels: list[int]) -> None:
    scores = np.linspace(0, 1, len(labels))
    truth = np.array(labels, dtype=np.int64)

    assert intervals(scores, truth, 0.5) == {}
    assert paired(scores, scores, truth, 0.5, 0.5) == {}


def test_a_class_of_one_group_has_no_spread_to_tell() -> None:
    (scores,), labels = binormal(np.random.default_rng(9))
    names = ["studio" if label else "" for label in labels]

    assert intervals(scores, labels, 0.5, groups=names) == {}


def test_equal_scores_rank_by_chance_in_every_resample() -> None:
    found = intervals(np.full(20, 0.5), np.arange(20) % 2, 0.5)

    assert found["auroc"] == found["eer"] == (0.5, 0.5)


def test_a_detector_does_not_differ_from_itself() -> None:
    (scores,), labels = binormal(np.random.default_rng(10))

    found = paired(scores, scores, labels, 0.5, 0.5)

    assert {(d.difference, d.low, d.high, d.p_value) for d in found.values()} == {(0, 0, 0, 1)}


def test_a_difference_is_the_second_figure_minus_the_first() -> None:
    (first, second), labels = binormal(np.random.default_rng(11), detectors=2)
    before, after = (
        binary_metrics(torch.from_numpy(scores), torch.from_numpy(labels), threshold)
        for scores, threshold in ((first, 0.5), (second, 0.6))
    )

    found = paired(first, second, labels, 0.5, 0.6)

    assert {name: one.difference for name, one in found.items()} == pytest.approx(
        {name: after[name] - before[name] for name in before}, abs=1e-6
    )


def test_what_is_hard_for_both_cancels() -> None:
    (first, second), labels = binormal(np.random.default_rng(12), detectors=2, shared=0.9)
    unpaired = np.hypot(
        *(width(intervals(scores, labels, 0.5)["auroc"]) for scores in (first, second))
    )

    found = paired(first, second, labels, 0.5, 0.5)["auroc"]

    assert found.low < found.difference < found.high
    assert found.high - found.low < 0.6 * unpaired


@pytest.mark.parametrize("sign", [1, -1])
def test_no_p_value_is_zero_however_clear_the_difference(sign: int) -> None:
    labels = np.arange(40) % 2
    bad, good = np.full(40, 0.5), labels.astype(float)

    found = paired(*(bad, good)[::sign], labels, 0.5, 0.5, resamples=99)["auroc"]

    assert (found.difference, found.low, found.high) == (0.5 * sign,) * 3
    assert found.p_value == pytest.approx(2 / 100)


def test_a_p_value_counts_resamples_on_the_other_side_twice() -> None:
    """The detectors differ in 9 of 40 AI images, 6 to 3: resampled, a multinomial difference."""
    labels = np.array([1] * 40 + [0] * 40)
    first, second = np.full(80, 0.1), np.full(80, 0.1)
    first[:3], second[3:9] = 0.9, 0.9
    draws = np.random.default_rng(0).multinomial(40, [3 / 40, 6 / 40, 31 / 40], size=100_000)
    other_side = np.mean(draws[:, 1] <= draws[:, 0])

    found = paired(first, second, labels, 0.5, 0.5, resamples=20_000)["recall_ai"]

    assert found.difference == pytest.approx(3 / 40)
    assert found.p_value == pytest.approx(2 * other_side, abs=0.015)


def test_groups_of_copies_make_a_difference_less_certain() -> None:
    (first, second), labels = binormal(np.random.default_rng(13), detectors=2)
    copies = [scores.repeat(4) for scores in (first, second)]
    names = [f"scene-{index // 4}" for index in range(800)]

    alone = paired(*copies, labels.repeat(4), 0.5, 0.5)["auroc"]
    grouped = paired(*copies, labels.repeat(4), 0.5, 0.5, groups=names)["auroc"]

    assert (grouped.high - grouped.low) / (alone.high - alone.low) == pytest.approx(2, rel=0.15)


def test_a_thousand_resamples_of_many_images_need_little_memory() -> None:
    (scores,), labels = binormal(np.random.default_rng(14), images=5000)
    tracemalloc.start()

    intervals(scores, labels, 0.5)

    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 120e6  # all weights at once would be 40 MB for each of several steps


def test_comparing_needs_neither_torch_nor_lightning() -> None:
    heavy = "torch", "torchmetrics", "lightning"
    code = (
        "import sys, ai_vs_human.metrics.bootstrap;"
        f"sys.exit(any(name in sys.modules for name in {heavy}))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
