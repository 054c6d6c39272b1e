"""How much of a fault is too much: a value and its limits to a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ai_vs_human.data.audit.report import Verdict
from ai_vs_human.errors import ConfigError

Limit = Sequence[float | None]
"""The value above which to warn, and the value above which to stop; None is never."""

DEFAULTS: Final[Mapping[str, Limit]] = MappingProxyType(
    {
        "images": (0.05, 0.25),
        "balance": (0.8, 0.98),
        "unreadable": (0.0, 0.01),
        "conflicts": (0.0, 0.0),
        "near_conflicts": (0.0, 0.02),
        "leaks": (0.0, 0.0),
        "near_leaks": (0.0, 0.005),
        "groups": (0.0, 0.0),
        "duplicates": (0.0, 0.2),
        "near_duplicates": (0.01, 0.5),
        "cue": (0.6, 0.75),
        "metadata": (0.6, 0.75),
        "thumbnail": (0.6, 0.9),
    }
)
"""By name of the check; `conf/audit/warn.yaml` says what each number counts."""


@dataclass(frozen=True)
class Limits:
    """The limits of every check.

    Attributes:
        by_check: two numbers for each name, see `Limit`.

    Raises:
        ConfigError: if a check is unknown, or its limits are no two numbers in order.
    """

    by_check: Mapping[str, Limit]

    def __post_init__(self) -> None:
        for name, limit in self.by_check.items():
            if name not in DEFAULTS:
                raise ConfigError(
                    f"expected a check among {', '.join(DEFAULTS)}, but got {name} (audit.limits)"
                )
            if len(limit) != 2 or not _is_ordered(*limit):  # noqa: PLR2004 -- warn and stop
                raise ConfigError(
                    "expected the value above which to warn and, not below it, the value above"
                    f" which to stop, but got {list(limit)} (audit.limits.{name})",
                    hint=f"audit.limits.{name}={_spelt(DEFAULTS[name])}",
                )

    def verdict(self, name: str, value: float) -> Verdict:
        """What a value means for a check."""
        warn, stop = self.by_check.get(name, DEFAULTS[name])
        if stop is not None and value > stop:
            return "stop"
        return "warn" if warn is not None and value > warn else "ok"


def _is_ordered(warn: float | None, stop: float | None) -> bool:
    return warn is None or stop is None or warn <= stop


def _spelt(limit: Limit) -> str:
    return f"[{','.join('null' if end is None else f'{end:g}' for end in limit)}]"
