"""Runs side by side, over seeds and paired by their test images."""

from pathlib import Path
from typing import Any

import pytest

from tests.runs.making import make_run
from tests.tasks.registry.conftest import Ask, Say

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


SCORES = {f"i{n}": ("ai" if n % 2 else "human", n % 10 / 10 + 0.05) for n in range(40)}
BETTER = {key: (label, 0.9 if label == "ai" else 0.1) for key, (label, _) in SCORES.items()}
FIGURES = {"test/auroc": 0.9, "test/threshold": 0.5}


def test_two_runs_are_compared_and_their_test_scores_paired(
    tmp_path: Path, say: Say, ask: Ask
) -> None:
    figures = FIGURES | {"test/auroc": 0.7}
    make_run(tmp_path, A, config={"model": {"lr": 0.1}}, metrics=figures, scores=SCORES)
    make_run(tmp_path, B, config={"model": {"lr": 0.2}}, metrics=FIGURES, scores=BETTER)

    document = ask("compare", A, B)

    assert document["config"] == {"model.lr": {A: 0.1, B: 0.2}}
    assert document["metrics"]["test/auroc"] == {A: 0.7, B: 0.9}
    assert document["paired"]["images"] == 40
    assert document["paired"]["differences"]["auroc"]["difference"] > 0.3
    shown = say("compare", A, B)
    assert f"{B} minus {A}, on the same 40 test images" in shown
    assert "model.lr" in shown


def test_images_of_a_group_are_drawn_together(tmp_path: Path, ask: Ask) -> None:
    pairs = {f"i{n}": f"scene {n // 10}" for n in range(40)}
    for output, groups in ((tmp_path / "alone", {}), (tmp_path / "grouped", pairs)):
        make_run(output, A, config={}, metrics=FIGURES, scores=SCORES, groups=groups)
        make_run(output, B, config={}, metrics=FIGURES, scores=BETTER, groups=groups)

    alone, grouped = (
        ask("compare", A, B, "--dir", str(tmp_path / name))["paired"]["differences"]["auroc"]
        for name in ("alone", "grouped")
    )

    assert grouped["difference"] == alone["difference"]
    assert (grouped["low"], grouped["high"]) != (alone["low"], alone["high"])


def test_runs_with_other_test_images_are_compared_and_not_paired(tmp_path: Path, say: Say) -> None:
    fewer = dict(list(SCORES.items())[:30])
    make_run(tmp_path, A, config={}, metrics=FIGURES, scores=SCORES)
    make_run(tmp_path, B, config={}, metrics=FIGURES, scores=fewer)

    shown = say("compare", A, B)

    assert "not paired: expected the same test images, but got 40 and 30, 30 of them" in shown
    assert "test/auroc" in shown


@pytest.mark.parametrize(
    ("metrics", "scores", "said"),
    [
        ({}, SCORES, "expected test/threshold of both runs"),
        (FIGURES, {"i1": ("ai", 0.5), "i0": ("human", 0.1)}, "fewer than two images"),
    ],
)
def test_what_is_not_paired_has_its_reason(
    tmp_path: Path, ask: Ask, metrics: Any, scores: Any, said: str
) -> None:
    for name in (A, B):
        make_run(tmp_path, name, config={}, metrics=metrics, scores=scores)

    assert said in ask("compare", A, B)["paired"]["reason"]


def test_a_sweep_over_seeds_is_shown_as_mean_and_spread(tmp_path: Path, say: Say, ask: Ask) -> None:
    for seed, auroc in enumerate((0.9, 0.92, 0.94)):
        settings = {"seed": seed, "data": {"seed": seed}, "lr": 1}
        figures = {"test/auroc": auroc}
        make_run(tmp_path, f"{B}/{B}-{seed}", config=settings, seed=seed, metrics=figures)
    make_run(tmp_path, A, config={"seed": 0, "data": {"seed": 0}, "lr": 2}, metrics=FIGURES, seed=0)

    document = ask("compare", B)

    [group] = document["groups"]
    assert (group["run_ids"], group["seeds"]) == ([f"{B}-{seed}" for seed in range(3)], [0, 1, 2])
    assert group["metrics"]["test/auroc"]["mean"] == pytest.approx(0.92)
    shown = say("compare", A, B)
    assert "0.9200 ± 0.0200 (3)" in shown
    assert "0.9000 (1)" in shown
    assert "│ lr " in shown
    assert "│ seed " not in shown


def test_two_sweeps_of_two_seeds_are_two_groups(tmp_path: Path, ask: Ask) -> None:
    for sweep, lr in ((A, 1), (B, 2)):
        for seed in (0, 1):
            settings = {"seed": seed, "lr": lr}
            make_run(tmp_path, f"{sweep}/{sweep}-{seed}", config=settings, metrics=FIGURES)

    document = ask("compare", A, B)

    groups = [group["run_ids"] for group in document["groups"]]
    assert groups == [[f"{A}-0", f"{A}-1"], [f"{B}-0", f"{B}-1"]]
    assert document["config"] == {"lr": {f"{A}-0": 1, f"{B}-0": 2}}


def test_a_metric_that_one_run_lacks_is_shown_all_the_same(
    tmp_path: Path, say: Say, ask: Ask
) -> None:
    make_run(tmp_path, A, config={}, metrics=FIGURES)
    make_run(tmp_path, B, config={}, status="failed")

    assert ask("compare", A, B)["metrics"] == {name: {A: v} for name, v in FIGURES.items()}
    assert "absent" in say("compare", A, B)


def test_measurements_are_compared_with_each_other_and_with_trainings(
    tmp_path: Path, ask: Ask
) -> None:
    make_run(tmp_path, A, config={"seed": 0}, metrics=FIGURES, scores=SCORES)
    for name in (B, C):
        config = {"checkpoint": f"of-{name[7]}.ckpt", "seed": 0}
        make_run(tmp_path, name, task="evaluate", metrics=FIGURES, scores=BETTER, config=config)

    for names, config in (((A, B), {}), ((B, C), {"checkpoint": {B: "of-2.ckpt", C: "of-3.ckpt"}})):
        document = ask("compare", *names)
        assert (document["config"], document["paired"]["images"]) == (config, 40)
    assert ask("compare", A, B, C)["metrics"]["test/auroc"] == dict.fromkeys((A, B, C), 0.9)


def test_two_runs_are_taken_as_seeds_when_asked(tmp_path: Path, ask: Ask) -> None:
    for seed, name in enumerate((A, B)):
        make_run(tmp_path, name, config={"seed": seed}, metrics=FIGURES)

    assert [group["run_ids"] for group in ask("compare", A, B, "--seeds")["groups"]] == [[A, B]]
    assert ask("compare", A, B)["config"] == {"seed": {A: 0, B: 1}}


def test_a_run_without_a_config_cannot_be_compared(tmp_path: Path, say: Say) -> None:
    make_run(tmp_path, A, config={})
    make_run(tmp_path, B)

    assert "expected a run's config, but got there is none" in say("compare", A, B, code=1)
