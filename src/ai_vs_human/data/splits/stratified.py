"""A manifest to one with a split for each image: given ones are kept, others cut by hash."""

from collections.abc import Mapping
from typing import Final

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.splits.assign import assign_splits, check_fractions


class Stratified:
    """Shares of the images to train on become validation and test, where none are given.

    Args:
        val_fraction: share cut out of the images to train on, if none are given for validation.
        test_fraction: the same for test.
        seed: another seed cuts elsewhere.

    Raises:
        ConfigError: if the shares leave nothing to train on.
    """

    def __init__(
        self, *, val_fraction: float = 0.15, test_fraction: float = 0.15, seed: int = 0
    ) -> None:
        check_fractions(val_fraction, test_fraction)
        self.val_fraction: Final = val_fraction
        self.test_fraction: Final = test_fraction
        self.seed: Final = seed

    def __call__(self, manifest: Manifest, alike: Mapping[str, str]) -> Manifest:
        """Every image with a split.

        Args:
            manifest: with the splits that its source gave.
            alike: a word for each record's id; images of one word must not be parted.
        """
        return manifest.with_records(
            assign_splits(
                manifest.records,
                alike,
                val_fraction=self.val_fraction,
                test_fraction=self.test_fraction,
                seed=self.seed,
            )
        )
