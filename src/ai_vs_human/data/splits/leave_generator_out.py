"""A manifest to one in which some generators are unseen in training: all their images test."""

from typing import ClassVar

from ai_vs_human.data.splits.leave_out import LeaveOut
from ai_vs_human.labels import Label


class LeaveGeneratorOut(LeaveOut):
    """AI images of held-out generators are for testing only, with a share of human images.

    Args:
        holdout: a generator, or several.
        val_fraction: share of the images of each class that are not held out, for validation.
        test_fraction: share of the human images of each source, for test.
        seed: another seed cuts elsewhere.
        file: a `split.csv`, or a run's folder with one: images that it knows stay in their
            splits, and others come to them by the same rule.

    Raises:
        ConfigError: if nothing is held out, or the shares leave nothing to train on.
    """

    label: ClassVar[Label] = Label.AI
    noun: ClassVar[str] = "generator"

    def __init__(
        self,
        *,
        holdout: str | list[str] | None,
        val_fraction: float = 0.15,
        test_fraction: float = 0.15,
        seed: int = 0,
        file: str | None = None,
    ) -> None:
        super().__init__(holdout, val_fraction, test_fraction, seed, file)
