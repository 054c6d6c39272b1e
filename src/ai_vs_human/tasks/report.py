"""A finished run to its files and its last words on the console."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from lightning.pytorch.utilities import rank_zero_only
from rich.console import Console
from rich.text import Text

from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.manifest import SPLITS
from ai_vs_human.data.versioned.folder import VersionedFolder
from ai_vs_human.labels import Label
from ai_vs_human.metrics.bootstrap import intervals
from ai_vs_human.metrics.origins import OriginRow, by_origin, generator_summary
from ai_vs_human.reporting.summary import summary
from ai_vs_human.runs.result import Result
from ai_vs_human.runs.table import write_rows
from ai_vs_human.training.module import DetectorModule

_PREDICTION_COLUMNS: Final = (
    *("id", "path", "label", "generator", "source", "group"),
    *("score", "verdict"),
)


def describe_data(config: Mapping[str, Any], datamodule: ImageDataModule) -> dict[str, Any]:
    """What result.json says of the images, and provenance.json too.

    `dvc` is there where a `.dvc` file names a folder around them: that file, the version's md5, and
    whether number and bytes of the files are the version's (null where it does not say them).
    """
    manifest, delivered = datamodule.manifest, datamodule.images.delivered
    knobs = ("size", "difficulty", "protocol", "holdout", "test_on")
    versioned = VersionedFolder.around(datamodule.images.given.root)
    return {
        "root": str(manifest.root),
        "fingerprint": manifest.fingerprint,
        "images": {split: len(manifest.part(split)) for split in SPLITS},
        "unreadable": len(manifest.unreadable),
        **({} if versioned is None else {"dvc": versioned.to_dict()}),
        "delivery": {"law": "none"} if delivered is None else delivered.describe(),
        **{knob: config[knob] for knob in knobs if knob in config},
    }


def was_delivered(described: Mapping[str, Any]) -> bool | None:
    """Whether a run's images were delivered alike.

    Args:
        described: what `describe_data` said of them; None comes of a run that began without.
    """
    law = described.get("delivery", {}).get("law")
    return None if law is None else bool(law == "neutral")


def keep_predictions(
    module: DetectorModule, datamodule: ImageDataModule, folder: Path, result: Result
) -> None:
    """Write the test images' scores and the table by origin; add its summary to the metrics."""
    predictions = module.predictions.get("test")
    if predictions is None:
        return  # trainer.limit_test_batches=0
    records = datamodule.images_of("test").records
    threshold = module.threshold
    rows = by_origin(predictions, [record.origin for record in records], threshold)
    result.origins = [row.to_dict() for row in rows]
    for name, value in generator_summary(rows).items():
        result.metrics[f"test/{name}"] = value
    shown = [records[index] for index in predictions.indices.tolist()]
    ends = intervals(
        predictions.scores.double().numpy(),
        predictions.labels.numpy(),
        threshold,
        groups=[record.group for record in shown],
    )
    result.intervals = {f"test/{name}": list(pair) for name, pair in ends.items()}
    _write(folder, rows, module, datamodule)


@rank_zero_only
def _write(
    folder: Path, rows: list[OriginRow], module: DetectorModule, datamodule: ImageDataModule
) -> None:
    columns = [column.name for column in fields(OriginRow)]
    write_rows(folder / "test_by_origin.csv", columns, [list(r.to_dict().values()) for r in rows])
    predictions = module.predictions["test"]
    records = datamodule.images_of("test").records
    threshold = module.threshold
    scored = zip(predictions.indices.tolist(), predictions.scores.tolist(), strict=True)
    write_rows(
        folder / "test_predictions.csv",
        _PREDICTION_COLUMNS,
        [
            (
                *(r.id, r.path, r.label.key, r.generator, r.source, r.group),
                *(score, verdict(score, threshold)),
            )
            for r, score in ((records[index], score) for index, score in scored)
        ],
    )


def verdict(score: float, threshold: float) -> str:
    """`ai` where the score reaches the threshold, else `human`."""
    return Label(score >= threshold).key


def print_summary(result: Result, folder: Path) -> None:
    """Print the table that a run ends with."""
    console = Console()
    for part in summary(result, folder):
        # Lines of text are whole, to be copied, however narrow the window is.
        console.print(part, soft_wrap=isinstance(part, Text))
