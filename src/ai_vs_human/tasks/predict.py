"""Image files and a trained detector to scores, verdicts and a contact sheet."""

import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.pytorch import Trainer
from numpy.typing import NDArray
from omegaconf import DictConfig
from rich.console import Console
from rich.progress import track

from ai_vs_human.errors import ConfigError, DataError, ImageDecodeError
from ai_vs_human.image.decode import IMAGE_SUFFIXES, read_image
from ai_vs_human.image.preprocess import Preprocess
from ai_vs_human.reporting.contact_sheet import contact_sheet
from ai_vs_human.runs.stored import find_detector
from ai_vs_human.runs.table import write_rows
from ai_vs_human.tasks.assemble import explained, quieten, resolved
from ai_vs_human.tasks.load import load_detector
from ai_vs_human.tasks.report import verdict
from ai_vs_human.training.module import DetectorModule

log = logging.getLogger(__name__)


@dataclass
class Prediction:
    """What came of one file.

    Attributes:
        path: as it was found.
        score: P(AI) in [0, 1]; None where the file cannot be read.
        error: why it cannot be read; empty where it can.
        image: the pixels that were scored, for the contact sheet.
    """

    path: Path
    score: float | None = None
    error: str = ""
    image: NDArray[np.uint8] | None = None


def predict(config: DictConfig) -> None:
    """Score every image and write predictions.csv and contact_sheet.png."""
    values = resolved(config)
    quieten()
    folder = Path(values["paths"]["run_dir"])
    files = list(find_images(values["input"]))
    stored = find_detector(
        str(values["run"]), values["checkpoint"], Path(values["paths"]["output_dir"])
    )
    module = load_detector(stored.checkpoint)
    with explained():
        scored = score_files(module, files, values["batch_size"], values["accelerator"])
        predictions = list(_keep_pixels(scored, values["sheet"]))
    threshold = module.threshold
    rows = [_row(prediction, threshold) for prediction in predictions]
    write_rows(folder / "predictions.csv", ("path", "score", "verdict", "error"), rows)
    _draw(predictions[: values["sheet"]], threshold, folder)
    _print(rows, threshold, folder)


def _keep_pixels(predictions: Iterator[Prediction], number: int) -> Iterator[Prediction]:
    """Only what the contact sheet shows: the pixels of a large folder fill the memory."""
    for position, prediction in enumerate(predictions):
        if position >= number:
            prediction.image = None
        yield prediction


def find_images(inputs: str | int | Sequence[str | int] | None) -> Iterator[Path]:
    """Every file named, and every image below every folder named, in order.

    Raises:
        ConfigError: if nothing is named.
        DataError: if a name is neither a file nor a folder, or a folder holds no image.
    """
    if inputs is None or inputs in ("", []):
        raise ConfigError(
            "expected a file or a folder, but got none (input)", hint="input=<file or folder>"
        )
    for name in [inputs] if isinstance(inputs, str | int) else inputs:
        path = Path(str(name))  # a folder may be named 2024
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES)
            if not found:
                raise DataError(
                    f"expected images below a folder, but got none in {path} (input)",
                    hint=f"known endings: {', '.join(sorted(IMAGE_SUFFIXES))}",
                )
            yield from found
        elif path.is_file():
            yield path
        else:
            raise DataError(
                f"expected a file or a folder, but got {path}, which does not exist (input)",
                hint="input=<file or folder>, or input=[<one>,<other>]",
            )


def score_files(
    module: DetectorModule, files: Sequence[Path], batch_size: int, accelerator: str = "auto"
) -> Iterator[Prediction]:
    """Score files in order; images of one size that follow each other share a step."""
    device = Trainer(
        accelerator=accelerator, devices=1, logger=False, enable_checkpointing=False
    ).strategy.root_device
    module = module.eval().to(device)
    preprocess = Preprocess.from_dict(module.preprocess)
    for start in _progress(range(0, len(files), batch_size)):
        read = [_read(path, preprocess) for path in files[start : start + batch_size]]
        for _, same in groupby(read, key=_size):
            yield from _score(module, list(same), device)


def _progress(starts: range) -> Iterator[int]:
    console = Console(stderr=True)
    yield from track(starts, "scoring", console=console, disable=not console.is_terminal)


def _read(path: Path, preprocess: Preprocess) -> Prediction:
    try:
        return Prediction(path, image=preprocess(read_image(path)))
    except (ImageDecodeError, OSError) as error:
        reason = error.sentence if isinstance(error, ImageDecodeError) else str(error)
        return Prediction(path, error=reason)


def _size(prediction: Prediction) -> tuple[int, ...]:
    return () if prediction.image is None else prediction.image.shape


def _score(
    module: DetectorModule, predictions: list[Prediction], device: torch.device
) -> list[Prediction]:
    pixels = [one.image for one in predictions if one.image is not None]
    if not pixels:
        return predictions
    images = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).contiguous()
    try:
        with torch.inference_mode():
            scores = module(images.to(device)).float().cpu().double().sigmoid().tolist()
    except RuntimeError as error:  # torch's word for an image that the network shrinks to nothing
        size = f"{pixels[0].shape[1]}x{pixels[0].shape[0]}"
        for prediction in predictions:
            prediction.error = f"expected a size the network takes, but got {size}: {error}"
        return predictions
    for prediction, score in zip(predictions, scores, strict=True):
        prediction.score = score
    return predictions


def _row(prediction: Prediction, threshold: float) -> tuple[Any, ...]:
    called = "" if prediction.score is None else verdict(prediction.score, threshold)
    return str(prediction.path), prediction.score, called, prediction.error


def _draw(predictions: Sequence[Prediction], threshold: float, folder: Path) -> None:
    drawn = [one for one in predictions if one.image is not None and one.score is not None]
    if not drawn:
        return
    sheet = contact_sheet(
        images=[one.image for one in drawn if one.image is not None],
        scores=[one.score for one in drawn if one.score is not None],
        threshold=threshold,
        names=[one.path.name for one in drawn],
    )
    sheet.save(folder / "contact_sheet.png")


def _print(rows: Sequence[tuple[Any, ...]], threshold: float, folder: Path) -> None:
    console = Console()
    if len(rows) <= 20:  # noqa: PLR2004 -- what fits on a screen
        for path, score, called, error in rows:
            told = error.splitlines()[0] if error else f"{called}, score {score:.4f}"
            console.print(f"{path}: {told}", highlight=False, markup=False)
    unread = sum(1 for row in rows if row[3])
    ai = sum(1 for row in rows if row[2] == "ai")
    console.print(
        f"{len(rows):,} files: {ai:,} ai, {len(rows) - ai - unread:,} human, {unread:,} unreadable"
        f" (threshold {threshold:.4f})\n{folder / 'predictions.csv'}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if unread == len(rows):
        log.error("none of the files could be read")
        sys.exit(1)
