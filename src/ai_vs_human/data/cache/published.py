"""A folder to the cache in it, or why there is none that can be trusted."""

import io
import json
import zlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.cache.pixels import CachedPixels
from ai_vs_human.data.cache.plan import Plan
from ai_vs_human.data.cache.write import DESCRIPTION, INDEX, INDEX_ROW, PIXELS
from ai_vs_human.data.manifest import Manifest

_LOOKED_AT: Final = 16
"""Images whose checksum is compared each time a cache is opened."""


class Published:
    """A finished cache of a plan.

    Args:
        folder: of its three files.
        plan: what it must hold.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if the files are not what their description and the plan say.
        OSError: if they cannot be read.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self._plan = plan
        description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        index = (folder / INDEX).read_bytes()
        _expect("description", description, plan.description | _ends(folder, index))
        rows = np.load(io.BytesIO(index), allow_pickle=False)
        _expect("rows", rows.dtype, INDEX_ROW)
        self._places = np.stack([rows[name] for name in ("offset", "height", "width")], axis=1)
        self._places = self._places.astype(np.int64)
        self._rows = {name: row for row, name in enumerate(plan.records)}
        _expect("names", [row.tobytes() for row in rows["name"]], list(plan.records))
        _look_at_some(CachedPixels(folder / PIXELS, self._places), rows["crc32"])

    def of(self, manifest: Manifest) -> CachedPixels:
        """The images of a manifest whose records are all among the plan's."""
        rows = [self._rows[self._plan.name(record)] for record in manifest.records]
        return CachedPixels(self.folder / PIXELS, self._places[rows])


def _ends(folder: Path, index: bytes) -> dict[str, int]:
    return {"bytes": (folder / PIXELS).stat().st_size, "index_crc32": zlib.crc32(index)}


def _expect(what: str, got: object, expected: object) -> None:
    if got != expected:
        raise ValueError(f"its {what} should be others")


def _look_at_some(pixels: CachedPixels, checksums: NDArray[np.uint32]) -> None:
    """All would take as long as a warm epoch; a file of other pixels differs everywhere."""
    for row in np.linspace(0, len(pixels) - 1, _LOOKED_AT).astype(int).tolist():
        planes = pixels[row].transpose(2, 0, 1)
        _expect("checksums", zlib.crc32(planes.data), int(checksums[row]))
