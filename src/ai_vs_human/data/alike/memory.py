"""Pairs to a file in the cache folder, and back: nobody searches twice in the same pictures."""

import hashlib
import logging
import os
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from ai_vs_human.data.alike.search import Pairs

log = logging.getLogger(__name__)


class PairMemory:
    """The pairs found last below a root; a file that is damaged or cannot be written costs time.

    Args:
        folder: where caches are kept; made when first written to.
        root: the folder that the images lie in.
        distance: how many bits may differ; each number has a file of its own.
        key: of all that the pairs depend on.
    """

    def __init__(self, folder: Path, root: Path, distance: int, key: str) -> None:
        place = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
        self.path: Final = folder / f"alike-{place}-{distance}.npz"
        self._key: Final = key

    def load(self) -> Pairs | None:
        """What was found, unless it was in other pictures."""
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                same = stored["key"].item() == self._key
                return stored["pairs"] if same else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            log.warning("%s is damaged (%s): pairs are searched again", self.path, error)
            return None

    def save(self, pairs: Pairs) -> None:
        """Replace what was found before, all or nothing."""
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                np.savez(file, key=np.array(self._key), pairs=pairs)
            partial.replace(self.path)
        except OSError as error:
            log.warning("%s cannot be written (%s): the next run searches again", self.path, error)
