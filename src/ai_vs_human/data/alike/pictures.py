"""A manifest to its different pictures: files with equal pixels are one."""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from ai_vs_human.data.alike.search import Pairs, search
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.image.fingerprints import THUMBNAIL_SIDE

_THUMBNAIL_BYTES: Final = 3 * THUMBNAIL_SIDE**2


@dataclass(frozen=True)
class Pictures:
    """What the files of a manifest show, in the order of `pixels_sha256`.

    Attributes:
        paths: of each picture, the first file that holds it.
        facts: of each picture.
    """

    paths: tuple[str, ...]
    facts: tuple[ImageFacts, ...]

    @classmethod
    def of(cls, manifest: Manifest) -> "Pictures":
        """The pictures of all records; their facts must be known."""
        first: dict[str, str] = {}
        for path in sorted({record.path for record in manifest.records}):
            first.setdefault(manifest.facts[path].pixels_sha256, path)
        paths = tuple(first[pixels] for pixels in sorted(first))
        return cls(paths, tuple(manifest.facts[path] for path in paths))

    @property
    def pixels(self) -> list[str]:
        """Their `pixels_sha256`."""
        return [one.pixels_sha256 for one in self.facts]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the pixels of all, wherever the files lie and whatever they are called."""
        return hashlib.sha256("".join(self.pixels).encode()).hexdigest()

    def near(self, distance: int) -> Pairs:
        """Pairs of pictures with near hashes and near thumbnails, by their places.

        Pictures with equal hashes and equal thumbnails are each paired with the first of them,
        which stands for all.

        Args:
            distance: how many bits of the hashes may differ.
        """
        first: dict[tuple[int, bytes], int] = {}
        equal = []
        for place, one in enumerate(self.facts):
            kept = first.setdefault((one.perceptual_hash, one.thumbnail), place)
            if kept != place:
                equal.append((kept, place, 0))
        hashes = np.array([bits for bits, _ in first], dtype=np.uint64)
        thumbnails = np.frombuffer(b"".join(rows for _, rows in first), dtype=np.uint8)
        pairs = search(hashes, thumbnails.reshape(-1, _THUMBNAIL_BYTES), distance)
        pairs[:, :2] = np.array(list(first.values()), dtype=np.int64)[pairs[:, :2]]
        return np.concatenate([pairs, np.array(equal, dtype=np.int64).reshape(-1, 3)])
