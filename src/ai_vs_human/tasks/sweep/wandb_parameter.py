"""What a Hydra word varies, such as `tag(log, interval(1e-4, 3e-2))`, to a W&B sweep parameter.

W&B's words: https://docs.wandb.ai/models/sweeps/sweep-config-keys
"""

from typing import Any

from hydra.core.override_parser.types import IntervalSweep, Override, RangeSweep
from hydra.errors import HydraException

from ai_vs_human.errors import ConfigError

_HINT = "key=choice(a,b), interval(0,1), range(1,9) or tag(log,interval(1e-4,1))"


def wandb_parameter(word: Override) -> dict[str, Any]:
    """The distribution that W&B draws from.

    A choice whose values are no numbers is spelled as Hydra reads it, since W&B's agent puts it
    behind `key=` as it is.

    Raises:
        ConfigError: if W&B has no such distribution.
    """
    varied = word.value()
    if isinstance(varied, IntervalSweep):
        return _interval(word, varied)
    if isinstance(varied, RangeSweep) and not varied.shuffle and not varied.transformers:
        found = _range(varied)
        if found is not None:
            return found
    try:
        values = [_number_or_text(text) for text in word.sweep_string_iterator()]
    except (HydraException, ValueError, ZeroDivisionError) as error:
        raise ConfigError(
            f"expected values to draw from, but got {word.input_line}: {error}", hint=_HINT
        ) from error
    if not values:
        raise ConfigError(f"expected values to draw from, but got {word.input_line}", hint=_HINT)
    return {"values": values}


def _interval(word: Override, varied: IntervalSweep) -> dict[str, Any]:
    low, high = varied.start, varied.end
    if low is None or high is None or low >= high:
        raise ConfigError(
            f"expected an interval from low to high, but got {word.input_line}", hint=_HINT
        )
    whole = isinstance(low, int) and isinstance(high, int)
    ends: dict[str, Any] = {"min": low, "max": high} if whole else _floats(low, high)
    if "log" not in varied.tags:
        return {"distribution": "int_uniform" if whole else "uniform"} | ends
    if low <= 0:
        raise ConfigError(
            f"expected a logarithmic interval above 0, but got {word.input_line}", hint=_HINT
        )
    if whole:
        return {"distribution": "q_log_uniform_values", "q": 1} | ends
    return {"distribution": "log_uniform_values"} | ends


def _floats(low: float, high: float) -> dict[str, float]:
    return {"min": float(low), "max": float(high)}


def _range(varied: RangeSweep) -> dict[str, Any] | None:
    """A range as a distribution with an order; None where W&B could draw only other values.

    W&B draws multiples of the step, and both ends; Hydra leaves the upper end out.
    """
    values = varied.range()
    if not isinstance(values, range) or len(values) < 2:  # noqa: PLR2004 -- one value is a choice
        return None
    low, high, step = min(values), max(values), abs(values.step)
    if step == 1:
        return {"distribution": "int_uniform", "min": low, "max": high}
    if low % step == 0:
        return {"distribution": "q_uniform", "min": low, "max": high, "q": step}
    return None


def _number_or_text(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
