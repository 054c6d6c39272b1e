"""Two runs' test_predictions.csv to scores of the same images, or to why they cannot be paired."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from ai_vs_human.errors import DataError
from ai_vs_human.labels import Label
from ai_vs_human.runs.registry.storage import Storage

PREDICTIONS_NAME: Final = "test_predictions.csv"


@dataclass(frozen=True)
class PairedScores:
    """What two runs say of the same test images, in the same order.

    Attributes:
        first: P(AI) of the first run, in [0, 1].
        second: P(AI) of the second run.
        labels: 1 for AI, 0 for human.
        groups: what each image shares with others; empty where it stands alone, and where
            neither run was written by a version that noted it.
    """

    first: list[float]
    second: list[float]
    labels: list[int]
    groups: list[str]


def pair_scores(storage: Storage, first: str, second: str) -> PairedScores:
    """Pair the test scores of two run folders by the images' ids.

    Raises:
        DataError: if the test images or their labels are not the same, or a file cannot be read;
            the sentence says which.
    """
    ours, theirs = _read(storage, first), _read(storage, second)
    common = ours.keys() & theirs.keys()
    if ours.keys() != theirs.keys():
        raise DataError(
            f"expected the same test images, but got {len(ours):,} and {len(theirs):,},"
            f" {len(common):,} of them in both ({PREDICTIONS_NAME})"
        )
    others = sum(ours[image].label != theirs[image].label for image in ours)
    if others:
        raise DataError(
            f"expected the same labels, but got {others:,} images with another ({PREDICTIONS_NAME})"
        )
    return PairedScores(
        first=[one.score for one in ours.values()],
        second=[theirs[image].score for image in ours],
        labels=[one.label for one in ours.values()],
        groups=[one.group or theirs[image].group for image, one in ours.items()],
    )


class _Row(NamedTuple):
    label: int
    score: float
    group: str


def _read(storage: Storage, folder: str) -> dict[str, _Row]:
    """What stands in the file, by image id."""
    where = f"{folder}/{PREDICTIONS_NAME}"
    try:
        text = io.StringIO(storage.read(where).decode(), newline="")
        rows = list(csv.DictReader(text, restval=""))
        found = {
            row["id"]: _Row(int(Label.parse(row["label"])), _score(row), row.get("group", ""))
            for row in rows
        }
    except FileNotFoundError as error:
        raise DataError(f"expected test scores, but got none ({where})") from error
    except KeyError as error:
        raise DataError(f"expected a column {error}, but got none ({where})") from error
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"expected test scores, but got {error} ({where})") from error
    if len(found) != len(rows):
        raise DataError(f"expected each image once, but got an id twice ({where})")
    return found


def _score(row: Mapping[str, str]) -> float:
    score = float(row["score"])
    if not 0 <= score <= 1:
        raise ValueError(f"the score {score}")
    return score
