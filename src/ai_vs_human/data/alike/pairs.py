"""A manifest to the pairs of its images that show one picture in two versions."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import PIL

from ai_vs_human.data.alike.memory import PairMemory
from ai_vs_human.data.alike.pictures import Pictures
from ai_vs_human.data.alike.search import Pairs
from ai_vs_human.data.alike.thumbnails import THUMBNAIL_LIMIT
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import ConfigError

log = logging.getLogger(__name__)

_VERSION: Final = 1
_MOST_BITS: Final = 16


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two images with different pixels that show one picture.

    Attributes:
        first: path, relative to the manifest's root.
        second: path, later in alphabetical order.
        distance: how many bits of their perceptual hashes differ.
    """

    first: str
    second: str
    distance: int


def near_pairs(manifest: Manifest, distance: int, cache_dir: Path) -> list[NearPair]:
    """The pairs of near-duplicates, nearest first, then in order of paths.

    Files with equal pixels are no pair: the first path stands for all of them. The same holds of
    images with equal hashes and equal thumbnails towards other images.

    Args:
        manifest: with facts.
        distance: how many bits of the perceptual hashes may differ.
        cache_dir: where to remember the pairs.

    Raises:
        ConfigError: if the distance is below 0 or above 16.
    """
    pictures = Pictures.of(manifest)
    found = []
    for left, right, bits in find_pairs(manifest, pictures, distance, cache_dir).tolist():
        first, second = sorted((pictures.paths[left], pictures.paths[right]))
        found.append(NearPair(first, second, bits))
    return sorted(found, key=lambda pair: (pair.distance, pair.first, pair.second))


def find_pairs(manifest: Manifest, pictures: Pictures, distance: int, cache_dir: Path) -> Pairs:
    """The pairs by places of pictures, searched for or remembered; see `near_pairs`."""
    if not 0 <= distance <= _MOST_BITS:
        raise ConfigError(
            f"expected 0 to {_MOST_BITS} different bits of 64, but got {distance} (distance)",
            hint="4 finds images that were compressed or resized",
        )
    key = repr((_VERSION, PIL.__version__, THUMBNAIL_LIMIT, pictures.fingerprint))
    memory = PairMemory(cache_dir, manifest.root, distance, key)
    pairs = memory.load()
    if pairs is None:
        log.info("looking for near-duplicates among %s images", f"{len(pictures.paths):,}")
        pairs = pictures.near(distance)
        memory.save(pairs)
    return pairs
