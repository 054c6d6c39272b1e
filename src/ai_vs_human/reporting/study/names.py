"""Hydra keys and their values to the short words that stand on an axis or in a column."""

from collections.abc import Sequence
from math import ceil


def short_names(keys: Sequence[str]) -> dict[str, str]:
    """The shortest end of each key that no other key has: `lr` for `model.optimizer.lr`.

    Args:
        keys: such as `model.optimizer.lr`, `data/augment` or `+data.noise`.
    """
    parts = {key: key.lstrip("+").replace("/", ".").split(".") for key in keys}
    return {key: _shortest(own, [parts[k] for k in keys if k != key]) for key, own in parts.items()}


def _shortest(own: Sequence[str], others: Sequence[Sequence[str]]) -> str:
    for length in range(1, len(own)):
        if all(list(own[-length:]) != list(other[-length:]) for other in others):
            return ".".join(own[-length:])
    return ".".join(own)


def value_text(value: object) -> str:
    """A parameter's value: four digits of a float, anything else as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning and end around an ellipsis, in so many characters."""
    if len(text) <= longest:
        return text
    kept = longest - 1
    return f"{text[: ceil(kept / 2)]}…{text[len(text) - kept // 2 :]}"
