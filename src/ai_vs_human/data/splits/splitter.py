"""What every member of `data/split` does."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from ai_vs_human.data.manifest import Manifest


@runtime_checkable
class Splitter(Protocol):
    """Gives every image of a manifest its split."""

    def __call__(self, manifest: Manifest, alike: Mapping[str, str]) -> Manifest:
        """Every image with a split, except for those that would tie two splits together.

        Args:
            manifest: with the splits that its source gave.
            alike: a word for each record's id; images of one word must not be parted.
        """
        ...
