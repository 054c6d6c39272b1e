"""Images and their scores to one picture: a tile each, with its verdict, wrong ones framed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ai_vs_human.labels import Label
from ai_vs_human.reporting.palette import BLUE, FAINT, GREEN, INK, PAPER, RULE, VERMILION

_SMALLEST, _LARGEST = 128, 256  # pixels of an image's longer side, as drawn
_MARGIN, _FRAME, _GAP = 16, 4, 10
_LINE, _BAR = 17, 5  # heights
_TEXT_SIZE, _TITLE_SIZE = 12, 15
_NARROWEST: Final = 560  # the legend needs it

_MAT: Final = "#f2f2f2"
_AI, _HUMAN, _WRONG = BLUE, GREEN, VERMILION


@dataclass(frozen=True)
class _Tile:
    """One image and what is said of it."""

    image: NDArray[np.uint8]
    score: float
    verdict: Label
    label: Label | None
    name: str

    @property
    def wrong(self) -> bool:
        return self.label is not None and self.label is not self.verdict


def contact_sheet(
    images: Sequence[NDArray[np.uint8]],
    scores: Sequence[float],
    threshold: float,
    *,
    labels: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    title: str = "",
    columns: int = 8,
) -> Image.Image:
    """Draw images in rows, each above its score, verdict and, where known, label and name.

    Small images are enlarged by a whole factor, so that a pixel stays a pixel.

    Args:
        images: RGB in [0, 255], height x width x 3; sizes may differ.
        scores: P(AI), in [0, 1].
        threshold: the verdict is AI where the score is at least this.
        labels: 1 for AI, 0 for human; without them no verdict is called wrong.
        names: a line for each image, shortened in the middle where it is too long.
        title: a headline.
        columns: images in a row.

    Raises:
        ValueError: if there are no images, or the sequences differ in length.
    """
    if not images:
        raise ValueError("expected at least one image, but got none (images)")
    count = len(images)
    tiles = [
        _Tile(image, score, Label(score >= threshold), label, name)
        for image, score, label, name in zip(
            images,
            scores,
            [None] * count if labels is None else [Label(label) for label in labels],
            [""] * count if names is None else names,
            strict=True,
        )
    ]
    return _Sheet(tiles, min(columns, count)).draw(title, threshold)


class _Sheet:
    """Where everything stands, and the drawing of it."""

    def __init__(self, tiles: Sequence[_Tile], columns: int) -> None:
        self._tiles = tiles
        self._columns = columns
        self._side = max(max(_drawn_size(tile.image)) for tile in tiles)
        self._width = self._side + 2 * _FRAME
        lines = 1 + any(t.label is not None for t in tiles) + any(t.name for t in tiles)
        self._height = self._side + 2 * _FRAME + _BAR + 6 + lines * _LINE
        self._draw = ImageDraw.Draw(Image.new("RGB", (1, 1)))

    def draw(self, title: str, threshold: float) -> Image.Image:
        rows = ceil(len(self._tiles) / self._columns)
        head = _MARGIN + (_LINE + 8 if title else 0) + _LINE + _GAP
        wide = 2 * _MARGIN + self._columns * self._width + (self._columns - 1) * _GAP
        high = head + rows * self._height + (rows - 1) * _GAP + _MARGIN
        sheet = Image.new("RGB", (max(wide, _NARROWEST), high), PAPER)
        self._draw = ImageDraw.Draw(sheet)
        if title:
            self._draw.text((_MARGIN, _MARGIN - 4), title, INK, _font(_TITLE_SIZE, bold=True))
        self._legend(head - _GAP - _LINE, threshold)
        for number, tile in enumerate(self._tiles):
            row, column = divmod(number, self._columns)
            left = _MARGIN + column * (self._width + _GAP)
            self._tile(sheet, tile, left, head + row * (self._height + _GAP), threshold)
        return sheet

    def _legend(self, top: int, threshold: float) -> None:
        left = self._words(
            _MARGIN, top, f"score = P(AI), threshold {threshold:.3f}; verdict:", FAINT
        )
        for label, colour in ((Label.AI, _AI), (Label.HUMAN, _HUMAN)):
            left = self._swatch(left, top, colour)
            left = self._words(left, top, _called(label), INK)
        if any(tile.label is not None for tile in self._tiles):
            left = self._swatch(left, top, _WRONG)
            wrong = sum(tile.wrong for tile in self._tiles)
            self._words(left, top, f"wrong ({wrong} of {len(self._tiles)})", INK)

    def _words(self, left: int, top: int, text: str, colour: str) -> int:
        font = _font(_TEXT_SIZE)
        self._draw.text((left, top), text, colour, font)
        return left + ceil(font.getlength(text)) + 12

    def _swatch(self, left: int, top: int, colour: str) -> int:
        self._draw.rectangle((left, top + 2, left + 11, top + 13), colour)
        return left + 17

    def _tile(self, sheet: Image.Image, tile: _Tile, left: int, top: int, threshold: float) -> None:
        box = (left, top, left + self._width - 1, top + self._side + 2 * _FRAME - 1)
        frame = _WRONG if tile.wrong else _MAT
        self._draw.rectangle(box, fill=_MAT, outline=frame, width=_FRAME)
        picture = _enlarged(tile.image)
        across, down = ((self._side - length) // 2 for length in picture.size)
        sheet.paste(picture, (left + _FRAME + across, top + _FRAME + down))
        top += self._side + 2 * _FRAME + 2
        self._bar(left, top, tile, threshold)
        top += _BAR + 3
        colour = _AI if tile.verdict is Label.AI else _HUMAN
        said = f"{_called(tile.verdict)}  {tile.score:.3f}"
        self._draw.text((left, top), said, colour, _font(_TEXT_SIZE, bold=True))
        if tile.label is not None:
            top += _LINE
            colour = _WRONG if tile.wrong else FAINT
            self._line(left, top, f"labelled {_called(tile.label)}", colour)
        if tile.name:
            self._line(left, top + _LINE, tile.name, INK)

    def _bar(self, left: int, top: int, tile: _Tile, threshold: float) -> None:
        """The score's place between 0 and 1, and the threshold's."""
        span = self._width - 1
        colour = _AI if tile.verdict is Label.AI else _HUMAN
        self._draw.rectangle((left, top, left + span, top + _BAR - 1), RULE)
        self._draw.rectangle((left, top, left + round(span * tile.score), top + _BAR - 1), colour)
        tick = left + round(span * min(max(threshold, 0.0), 1.0))
        self._draw.line((tick, top - 2, tick, top + _BAR + 1), INK, 1)

    def _line(self, left: int, top: int, text: str, colour: str) -> None:
        font = _font(_TEXT_SIZE)
        self._draw.text((left, top), _shortened(text, self._width, font), colour, font)


def _called(label: Label) -> str:
    return "AI" if label is Label.AI else "human"


def _drawn_size(image: NDArray[np.uint8]) -> tuple[int, int]:
    """Width and height on the sheet: a whole multiple, or scaled down to the largest."""
    height, width = image.shape[:2]
    longest = max(width, height)
    factor = max(1, ceil(_SMALLEST / longest)) if longest <= _LARGEST else _LARGEST / longest
    return max(1, round(width * factor)), max(1, round(height * factor))


def _enlarged(image: NDArray[np.uint8]) -> Image.Image:
    picture, size = Image.fromarray(image), _drawn_size(image)
    grows = size[0] >= picture.width
    return picture.resize(size, Image.Resampling.NEAREST if grows else Image.Resampling.LANCZOS)


def _shortened(text: str, width: int, font: ImageFont.FreeTypeFont) -> str:
    """The text, or its beginning and end around an ellipsis, within so many pixels."""
    kept = len(text)
    short = text
    while font.getlength(short) > width and kept > 2:  # noqa: PLR2004 -- one character each side
        kept -= 1
        short = f"{text[: ceil(kept / 2)]}…{text[len(text) - kept // 2 :]}"
    return short


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which matplotlib brings along on every platform."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / name, size)
