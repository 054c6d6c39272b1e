"""A law and a manifest's facts to what a reader or a cache does to each record's image."""

from collections.abc import Mapping
from typing import Any

from ai_vs_human.data.delivery.neutral import Neutral
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Record
from ai_vs_human.image.arrays import ResizedImage, RgbImage


class Delivered:
    """The images of one manifest as a law delivers them.

    Args:
        law: what is done.
        facts: of each record's file, by its path.
    """

    def __init__(self, law: Neutral, facts: Mapping[str, ImageFacts]) -> None:
        self.law = law
        self.facts = facts

    @property
    def key(self) -> str:
        """Two deliveries of one key do the same to the same file."""
        return self.law.key

    def __call__(self, pixels: RgbImage, record: Record) -> ResizedImage:
        """The image as it is delivered; the one given is left as it is."""
        return self.law(pixels, self.facts[record.path])

    def describe(self) -> dict[str, Any]:
        """Plain values for result.json."""
        return self.law.describe()
