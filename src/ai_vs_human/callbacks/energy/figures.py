"""Accounts to the figures that a run shows: joules, and joules for each image or right answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ai_vs_human.callbacks.energy.account import Account, Stage
from ai_vs_human.callbacks.energy.meter import Domain


@dataclass(frozen=True, slots=True)
class Ratio:
    """Joules for each unit of something, with what it was computed from.

    Attributes:
        joules: the numerator.
        count: the denominator; None where nobody knows it.
        unit: what is counted.
        reason: why the count is not known.
    """

    joules: float
    count: int | None
    unit: str
    reason: str = ""

    @property
    def value(self) -> float | None:
        """The ratio; None where the count is 0 or not known."""
        return self.joules / self.count if self.count else None

    def as_dict(self) -> dict[str, Any]:
        """The ratio, or the reason why there is none."""
        if self.value is None:
            reason = self.reason or f"there were no {self.unit}"
            return {"value": None, "reason": reason}
        return {
            "value": self.value,
            "numerator_joules": self.joules,
            "denominator": self.count,
            "denominator_unit": self.unit,
        }


def per_sample(spent: Account, stage: Stage, measured: Sequence[Domain]) -> Ratio:
    """Joules for each image of a stage."""
    return Ratio(spent.joules(measured, stage), spent.amount("images", stage), "images")


def per_correct(spent: Account, measured: Sequence[Domain], accuracy: float | None) -> Ratio:
    """Joules for each test image that was put into the right class.

    Args:
        spent: the account of the test.
        measured: the domains to add up.
        accuracy: the share of right answers, in [0, 1]; None where it was not logged.
    """
    joules, unit = spent.joules(measured, "test"), "correct test predictions"
    if accuracy is None:
        return Ratio(joules, None, unit, reason="test/accuracy was not logged")
    return Ratio(joules, round(accuracy * spent.amount("images", "test")), unit)


def figures_of_epoch(
    spent: Account, cumulative: Account, measured: Sequence[Domain]
) -> dict[str, float]:
    """What an epoch logs: its own joules by stage, and all joules so far by domain."""
    if not measured:
        return {}
    figures = {"energy/train_joules": spent.joules(measured, "train")}
    if spent.amount("steps", "val"):
        figures["energy/val_joules"] = spent.joules(measured, "val")
    if (ratio := per_sample(spent, "train", measured).value) is not None:
        figures["energy/train_joules_per_sample"] = ratio
    for domain in measured:
        figures[f"energy/{domain}_joules"] = cumulative.joules([domain])
    figures["energy/total_joules"] = cumulative.joules()
    return figures


def figures_of_test(spent: Account, measured: Sequence[Domain]) -> dict[str, float]:
    """What a test logs."""
    if not measured:
        return {}
    figures = {"energy/test_joules": spent.joules(measured, "test")}
    if (ratio := per_sample(spent, "test", measured).value) is not None:
        figures["energy/test_joules_per_sample"] = ratio
    return figures
