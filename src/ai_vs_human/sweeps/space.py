"""What a sweep varies to the words of one trial."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, Trial

from ai_vs_human.jobs.job import quoted

_GRAMMAR: Final = frozenset(",()'\"\\=")


@dataclass(frozen=True)
class Space:
    """The search space of a sweep.

    Attributes:
        distributions: by Hydra key.
        fixed: words that are the same in every trial.
        extend: asks a trial for more, depending on what it has; each name is a Hydra key.
    """

    distributions: Mapping[str, BaseDistribution] = field(default_factory=dict)
    fixed: Sequence[str] = ()
    extend: Callable[[Trial], None] | None = None

    def suggest(self, trial: Trial) -> tuple[str, ...]:
        """Draw what the trial is to try, and say it in Hydra's words."""
        for name, distribution in self.distributions.items():
            trial._suggest(name, distribution)  # noqa: SLF001 -- ask() knows no order of keys
        if self.extend is not None:
            self.extend(trial)
        return self.words(trial)

    def words(self, trial: Trial | FrozenTrial) -> tuple[str, ...]:
        """A trial in Hydra's words."""
        return (*self.fixed, *(f"{key}={spelt(value)}" for key, value in trial.params.items()))


def spelt(value: Any) -> str:
    """A value as Hydra reads it.

    Lists and mappings among choices are texts in Hydra's grammar already; of other texts, those
    are quoted that the grammar would take for something else.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    is_plain = text.startswith(("[", "{")) or not set(text) & _GRAMMAR
    return text if is_plain and text else quoted(text)
