"""Image files to small pictures inside a page."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from ai_vs_human.errors import ImageDecodeError
from ai_vs_human.image.decode import read_image

SIDE: Final = 160
"""Pixels of the longer side, at most."""
_THUMBNAIL: Final = (8, 8, 3)


def picture(path: Path) -> str:
    """A data URI of the image, made smaller; empty where the file cannot be read any more."""
    try:
        image = Image.fromarray(read_image(path))
    except (ImageDecodeError, OSError):
        return ""
    image.thumbnail((SIDE, SIDE))
    return _data_uri(image, "JPEG", quality=88)


def mean_picture(levels: Sequence[int]) -> str:
    """A data URI of an 8 x 8 thumbnail of 192 levels, row by row."""
    return _data_uri(Image.fromarray(np.array(levels, np.uint8).reshape(_THUMBNAIL)), "PNG")


def _data_uri(image: Image.Image, name: str, **options: int) -> str:
    file = io.BytesIO()
    image.save(file, name, **options)
    return f"data:image/{name.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"
