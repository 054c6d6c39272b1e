"""A run's result to the table that ends it on the console."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.energy_units import amount
from ai_vs_human.runs.result import Result

_SHOWN: Final = {
    "auroc": "AUROC",
    "average_precision": "average precision",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1 (AI)",
    "recall_ai": "recall of AI images",
    "recall_human": "recall of human images",
    "eer": "equal error rate",
    "tpr_at_1pct_fpr": "AI found at 1 % false alarms",
    "ece": "calibration error (ECE)",
    "brier": "Brier score",
    "loss": "loss",
    "threshold": "threshold (from validation)",
    "auroc_mean_generator": "AUROC, mean generator",
    "auroc_worst_generator": "AUROC, worst generator",
}


def summary(result: Result, folder: Path) -> Iterator[RenderableType]:
    """The parts to print, in order: metrics, origins, cost, folder, next commands."""
    yield _metrics(result)
    if result.origins:
        yield _origins(result)
    yield _cost(result)
    yield Text(f"run folder  {folder}", overflow="fold")
    if result.task == "train" and result.checkpoint is not None:
        yield Text(
            f"next        python scripts/evaluate.py run={folder} data=folder data.root=IMAGES"
            " data.test_on=all"
        )
        yield Text(f"            python scripts/predict.py run={folder} input=IMAGES")


def _metrics(result: Result) -> Table:
    stages = [stage for stage in ("val", "test") if f"{stage}/loss" in result.metrics]
    names = {"val": "validation", "test": "test"}
    heading = Text(f"run {result.run_id}: {result.data.get('root', '')}")
    table = Table(title=heading, title_justify="left", caption=_measured_on(result))
    table.add_column("metric")
    for stage in stages:
        images = result.images.get(stage)
        count = f"\n{images:,} images" if images else ""
        table.add_column(f"{names[stage]}{count}", justify="right")
    if result.intervals:
        table.add_column("95 % interval\nof the test", justify="right")
    for name, title in _SHOWN.items():
        values = [result.metrics.get(f"{stage}/{name}") for stage in stages]
        if any(value is not None for value in values):
            cells = ["" if value is None else f"{value:.4f}" for value in values]
            table.add_row(title, *cells, *_interval(result, name))
    return table


def _interval(result: Result, name: str) -> list[str]:
    """One cell where the table has intervals: empty for a metric without one."""
    if not result.intervals:
        return []
    ends = result.intervals.get(f"test/{name}")
    return [f"{ends[0]:.4f} to {ends[1]:.4f}" if ends else ""]


def _measured_on(result: Result) -> str | None:
    measured_on = result.data.get("test_on", "test")
    return None if measured_on == "test" else f"test: {measured_on} images (data.test_on)"


def _origins(result: Result) -> Table:
    table = Table(title="test images by origin", title_justify="left")
    for column in ("origin", "images", "right verdicts", "AUROC against human"):
        table.add_column(column, justify="left" if column == "origin" else "right")
    for row in result.origins:
        auroc = row["auroc"]
        table.add_row(
            Text(f"{row['label']}: {row['origin']}"),
            f"{row['images']:,}",
            f"{row['recall']:.1%}",
            "" if auroc is None else f"{auroc:.4f}",
        )
    return table


def _cost(result: Result) -> Text:
    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in result.seconds.items())
    lines = [f"time        {seconds}"]
    if result.images_per_second is not None:
        lines.append(f"speed       {result.images_per_second:,.0f} training images a second")
    if result.task == "train":
        lines.append(f"energy      {_energy(result)}")
    if result.ended_early is not None:
        lines.append(f"ended early {result.ended_early}")
    return Text("\n".join(lines))


def _energy(result: Result) -> str:
    if result.energy is None:
        return "not asked for (energy=none)"
    measured = joules_told(result.metrics, "energy")
    estimated = joules_told(result.metrics, "energy_est")
    if estimated is not None:
        told = f"an estimate by declared watts: {estimated}"
        return told if measured is None else f"{measured}; besides, {told}"
    return measured or "not measurable on this machine: energy.json says why"


def joules_told(metrics: Mapping[str, float], prefix: str) -> str | None:
    """A run's joules in words: `12.3 kJ, 45 W in training, 12.1 mJ a test image`.

    Args:
        metrics: of the run.
        prefix: energy, or energy_est for estimates.
    """
    total = metrics.get(f"{prefix}/total_joules")
    if total is None:
        return None
    words = [amount(total)]
    if (spent := metrics.get(f"{prefix}/spent_joules", total)) > total:
        words.append(f"{amount(spent)} with what was lost to interruptions")
    if (watts := metrics.get(f"{prefix}/train_mean_watts")) is not None:
        words.append(f"{watts:,.1f} W in training")
    if (image := metrics.get(f"{prefix}/test_joules_per_sample")) is not None:
        words.append(f"{amount(image)} a test image")
    if (grams := metrics.get(f"{prefix}/co2e_grams")) is not None:
        words.append(f"{grams:,.3g} g CO2e")
    return ", ".join(words)
