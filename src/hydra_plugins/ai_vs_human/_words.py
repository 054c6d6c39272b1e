"""The sweeper's words to those that can be worked with, before anything is begun."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ai_vs_human.errors import ConfigError

if TYPE_CHECKING:
    from hydra_plugins.ai_vs_human.study_sweeper import StudySweeper

EVALUATE: Final = "evaluate"
RETRAIN: Final = "retrain"


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 1


_RULES: Final[dict[str, tuple[Callable[[Any], bool], str, str]]] = {
    "n_trials": (_is_count, "a number of trials from 1 up", "20"),
    "n_jobs": (
        lambda value: value is None or _is_count(value),
        "a number of trials at a time, or null",
        "null",
    ),
    "max_failure_rate": (
        lambda value: isinstance(value, int | float) and 0 <= value <= 1,
        "a share from 0 to 1",
        "0.25",
    ),
    "best": (
        lambda value: value in {None, EVALUATE, RETRAIN},
        "evaluate, retrain or null",
        "evaluate",
    ),
    "storage": (
        lambda value: value is None or isinstance(value, str),
        "a URL, journal or null",
        "null",
    ),
}


def require_words(sweeper: "StudySweeper") -> None:
    """Refuse values that no sweep can be run by.

    Raises:
        ConfigError: for the first of them.
    """
    for key, (holds, expected, instead) in _RULES.items():
        value = getattr(sweeper, key)
        if not holds(value):
            raise ConfigError(
                f"expected {expected}, but got {value} (hydra.sweeper.{key})",
                hint=f"hydra.sweeper.{key}={instead}",
            )
