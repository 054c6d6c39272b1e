"""Configs and scores of several runs to what differs between them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ai_vs_human.errors import CheckpointError, DataError
from ai_vs_human.runs.registry.comparison import Spread, config_differences, over_seeds
from ai_vs_human.runs.registry.configs import read_config
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.local import LocalStorage
from ai_vs_human.runs.registry.scores import PairedScores, pair_scores
from ai_vs_human.runs.result import Result
from tests.runs.making import make_run

A, B = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb"


def config(run: str, **values: Any) -> dict[str, Any]:
    folder = f"/home/me/outputs/train/{run}"
    return {"run_id": run, "paths": {"run_dir": folder, "output_dir": "outputs"}} | values


def entry(run: str, seed: int, **metrics: float) -> Entry:
    result = Result(run_id=run, task="train", status="completed", seed=seed, metrics=metrics)
    return Entry(f"outputs/train/{run}", run, "train", "completed", result)


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    return dict(config_differences({A: config(A, **first), B: config(B, **second)}))


def test_only_keys_that_differ_are_named_with_each_runs_value() -> None:
    first = {"seed": 0, "model": {"widths": [16, 32], "loss": {"smoothing": 0.0}}}
    second = {"seed": 0, "model": {"widths": [16, 64], "loss": {"smoothing": 0.1}}}

    assert differences(first, second) == {
        "model.widths": {A: [16, 32], B: [16, 64]},
        "model.loss.smoothing": {A: 0.0, B: 0.1},
    }


def test_a_key_that_one_run_lacks_is_told_apart_from_null() -> None:
    assert differences({"checkpoint": None}, {}) == {"checkpoint": {A: None}}
    assert differences({"data": {"x": {}}}, {"data": {"x": {"y": 1}}}) == {
        "data.x": {A: {}},
        "data.x.y": {B: 1},
    }


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), ("1", 1), (None, "null")])
def test_values_of_another_type_differ(one: object, other: object) -> None:
    assert differences({"limit": one}, {"limit": other}) == {"limit": {A: one, B: other}}


def test_what_only_holds_the_runs_own_folder_or_id_is_no_difference() -> None:
    def of(run: str) -> dict[str, Any]:
        return {
            "trainer": {"default_root_dir": f"/home/me/outputs/train/{run}"},
            "callbacks": {"dirpath": f"/home/me/outputs/train/{run}/checkpoints"},
            "logger": {"name": f"of-{run}", "words": ["x", run, {"path": f"{run}.txt"}]},
        }

    assert differences(of(A), of(B)) == {"logger.name": {A: f"of-{A}", B: f"of-{B}"}}


def test_an_id_that_is_a_common_word_hides_nothing() -> None:
    configs = {"a": config("a", model="cat-a"), "b": config("b", model="cat-b")}

    assert config_differences(configs) == [("model", {"a": "cat-a", "b": "cat-b"})]


def test_configs_without_a_run_of_their_own_are_compared() -> None:
    assert config_differences({"x": {"k": 1}, "y": {"k": 2}}) == [("k", {"x": 1, "y": 2})]
    assert config_differences({"x": {}, "y": {}}) == []


def test_where_a_config_came_from_is_no_difference() -> None:
    configs = {"a": config("a", seed=0, like=None), "b": config("b", seed=1, like="a")}

    assert [key for key, _ in config_differences(configs)] == ["seed"]
    entries = [entry("a", 0, x=1.0), entry("b", 1, x=2.0)]
    assert [group.run_ids for group in over_seeds(entries, configs)] == [("a", "b")]


def test_runs_that_differ_by_seed_are_one_group_with_mean_and_spread() -> None:
    values = [0.9, 0.92, 0.97]
    entries = [entry(f"r{i}", i, auroc=value) for i, value in enumerate(values)]
    configs = {f"r{i}": config(f"r{i}", seed=i, data={"seed": i}) for i in range(3)}

    [group] = over_seeds(entries, configs)

    assert (group.run_ids, group.seeds) == (("r0", "r1", "r2"), (0, 1, 2))
    spread = group.metrics["auroc"]
    assert spread.n == 3
    assert spread.mean == pytest.approx(np.mean(values))
    assert spread.deviation == pytest.approx(np.std(values, ddof=1))


def test_another_difference_makes_another_group() -> None:
    entries = [entry(run, 0, auroc=0.5) for run in "abcd"]
    configs = {
        "a": config("a", seed=0, data={"seed": 0, "size": 1}),
        "b": config("b", seed=1, data={"seed": 1, "size": 2}),
        "c": config("c", seed=1, data={"seed": 1, "size": 1}),
        "d": config("d", data={"size": 1}),
    }

    assert [group.run_ids for group in over_seeds(entries, configs)] == [("a", "c", "d"), ("b",)]


def test_one_run_has_no_spread_and_a_metric_counts_the_runs_that_have_it() -> None:
    entries = [entry("a", 0, auroc=0.5), entry("b", 1, auroc=0.7, extra=1.0)]
    configs = {run: config(run) for run in "ab"}

    [group] = over_seeds(entries, configs)

    assert group.metrics["auroc"].n == 2
    assert group.metrics["extra"] == Spread(1, 1.0, None)


def test_a_config_is_read_as_plain_values(tmp_path: Path) -> None:
    make_run(tmp_path, A, config={"tags": ["x"], "seed": 3})

    values = read_config(LocalStorage(str(tmp_path)), f"{tmp_path}/train/{A}")

    assert (values["tags"], values["seed"], values["run_id"]) == (["x"], 3, A)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is none"),
        ("a: [", "while parsing"),
        ("- 1", "a list"),
        ("a: !!python/object:os.system x", "could not determine a constructor"),
        ("a: \x00", "character"),
    ],
)
def test_a_config_that_cannot_be_read_is_told(tmp_path: Path, text: str | None, said: str) -> None:
    folder = make_run(tmp_path, A)
    if text is not None:
        (folder / "config.yaml").write_text(text)

    with pytest.raises(
        CheckpointError, match=rf"(?s)expected a run's config.*{said}.*config\.yaml"
    ):
        read_config(LocalStorage(str(tmp_path)), str(folder))


def pair(tmp_path: Path, first: Any, second: Any) -> PairedScores:
    one, other = make_run(tmp_path, A, scores=first), make_run(tmp_path, B, scores=second)
    return pair_scores(LocalStorage(str(tmp_path)), str(one), str(other))


def test_scores_are_paired_by_image_whatever_their_order(tmp_path: Path) -> None:
    first = {"x": ("ai", 0.9), "y": ("human", 0.2)}
    second = {"y": ("human", 0.4), "x": ("ai", 0.6)}

    assert pair(tmp_path, first, second) == PairedScores([0.9, 0.2], [0.6, 0.4], [1, 0], ["", ""])


def test_an_image_keeps_its_group_also_beside_a_file_without_groups(tmp_path: Path) -> None:
    scores = {"x": ("ai", 0.9), "y": ("human", 0.2)}
    old = make_run(tmp_path, A, scores=scores)
    new = make_run(tmp_path, B, scores=scores, groups={"x": "scene"})

    for one, other in ((old, new), (new, old)):
        found = pair_scores(LocalStorage(str(tmp_path)), str(one), str(other))
        assert found.groups == ["scene", ""]


AI, HUMAN = ("ai", 0.5), ("human", 0.5)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"x": AI}, r"same test images, but got 2 and 1, 1 of them in both"),
        ({"x": AI, "z": HUMAN}, r"got 2 and 2, 1 of them in both"),
        ({"x": AI, "y": AI}, r"same labels, but got 1 images with another"),
        (None, r"expected test scores, but got none"),
        ({"x": AI, "y": ("human", float("nan"))}, r"got the score nan"),
        ({"x": AI, "y": ("human", 1.5)}, r"got the score 1\.5"),
        ({"x": AI, "y": ("robot", 0.5)}, r"got 'robot'"),
    ],
)
def test_scores_of_other_images_are_not_paired(tmp_path: Path, second: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        pair(tmp_path, {"x": AI, "y": HUMAN}, second)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,label\nx,ai\n", "a column 'score', but got none"),
        ("id,label,score\nx\n", "expected test scores"),
        ("id,label,score\nx,ai,0.5\nx,ai,0.5\n", "each image once"),
        ("id,label,score\nx,ai,\xff\n", "expected test scores"),
    ],
)
def test_scores_that_cannot_be_read_are_told(tmp_path: Path, text: str, said: str) -> None:
    folder = make_run(tmp_path, A)
    (folder / "test_predictions.csv").write_bytes(text.encode("latin-1"))

    with pytest.raises(DataError, match=rf"{said}.*test_predictions\.csv"):
        pair_scores(LocalStorage(str(tmp_path)), str(folder), str(folder))
