"""Accounts to the figures that a run shows: joules, watts, and joules for each image or answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ai_vs_human.callbacks.energy.account import Account, Stage
from ai_vs_human.callbacks.energy.kind import Kind


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


def per_sample(spent: Account, stage: Stage, kind: Kind) -> Ratio:
    """Joules for each image of a stage."""
    return Ratio(kind.joules(spent, stage), spent.amount("images", stage), "images")


def per_step(spent: Account, stage: Stage, kind: Kind) -> Ratio:
    """Joules for each step of a stage: one batch in every process."""
    return Ratio(kind.joules(spent, stage), spent.amount("steps", stage), "steps")


def per_correct(spent: Account, kind: Kind, accuracy: float | None) -> Ratio:
    """Joules for each test image that was put into the right class.

    Args:
        spent: the account of the test.
        kind: of joules.
        accuracy: the share of right answers, in [0, 1]; None where it was not logged.
    """
    joules, unit = kind.joules(spent, "test"), "correct test predictions"
    if accuracy is None:
        return Ratio(joules, None, unit, reason="test/accuracy was not logged")
    return Ratio(joules, round(accuracy * spent.amount("images", "test")), unit)


def figures_of_epoch(
    kind: Kind, epoch: Account, cumulative: Account, spent: Account, *, is_whole: bool = True
) -> dict[str, float]:
    """What an epoch logs: its own joules by stage, and all joules so far.

    Args:
        kind: of joules; none are logged where no domain is known.
        epoch: what the epoch spent.
        cumulative: what was spent on the way to these weights.
        spent: what the run has spent in all of its sessions.
        is_whole: no counter failed in the epoch; else its own joules are not known, and all
            those so far are the least that was spent.
    """
    if not kind.domains:
        return {}
    figures = _of_stages(kind, epoch) if is_whole else {}
    for domain in kind.domains:
        figures[f"{domain}_joules"] = kind.joules(cumulative, domains=[domain])
    figures["total_joules"] = kind.joules(cumulative)
    figures["spent_joules"] = kind.joules(spent)
    return named(kind, figures)


def _of_stages(kind: Kind, epoch: Account) -> dict[str, float | None]:
    figures: dict[str, float | None] = {
        "train_joules": kind.joules(epoch, "train"),
        "train_mean_watts": kind.mean_watts(epoch, "train"),
        "train_joules_per_sample": per_sample(epoch, "train", kind).value,
        "train_joules_per_step": per_step(epoch, "train", kind).value,
    }
    if epoch.amount("steps", "val"):
        figures["val_joules"] = kind.joules(epoch, "val")
        figures["val_mean_watts"] = kind.mean_watts(epoch, "val")
    return figures


def figures_of_test(kind: Kind, spent: Account, *, is_whole: bool = True) -> dict[str, float]:
    """What a test logs: nothing, where no domain is known or a counter failed in it."""
    if not kind.domains or not is_whole:
        return {}
    figures = {
        "test_joules": kind.joules(spent, "test"),
        "test_mean_watts": kind.mean_watts(spent, "test"),
        "test_joules_per_sample": per_sample(spent, "test", kind).value,
    }
    return named(kind, figures)


def named(kind: Kind, figures: Mapping[str, float | None]) -> dict[str, float]:
    """Figures under the names of their metrics; what is not known is left out."""
    return {f"{kind.prefix}/{name}": x for name, x in figures.items() if x is not None}
