"""A file of raw pixels and an index to images: read straight from the memory map."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.image.arrays import RgbImage

_CHANNELS: Final = 3


class CachedPixels:
    """The images of one manifest in a cache, by row.

    A process that it is sent to maps the file for itself, when it first needs it.

    Args:
        path: the file: one image after another, of each the red, the green and the blue plane,
            so that a batch of planes is filled row by row.
        places: of each row of the manifest, the image's offset in bytes, height and width.
    """

    def __init__(self, path: Path, places: NDArray[np.int64]) -> None:
        self._path = path
        self._places = places
        self._bytes: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        """The number of images."""
        return len(self._places)

    def __getitem__(self, row: int) -> RgbImage:
        """The image of a row of the manifest: a view of the file, not to be written to."""
        if self._bytes is None:
            # A memmap itself passes its bookkeeping on to every view, which costs microseconds.
            self._bytes = np.asarray(np.memmap(self._path, np.uint8, mode="r"))
        offset, height, width = self._places[row].tolist()
        end = offset + _CHANNELS * height * width
        planes = self._bytes[offset:end].reshape(_CHANNELS, height, width)
        return planes.transpose(1, 2, 0)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_bytes": None}
