"""A result that anybody may have written to the first of its values that has a wrong type."""

import math
from collections.abc import Mapping
from reprlib import repr as shortened
from types import UnionType
from typing import Any, Final

_TYPES: Final[dict[str, type | UnionType]] = {
    "run_id": str,
    "task": str,
    "error": str | None,
    "ended_early": str | None,
    "metrics": dict,
    "intervals": dict,
    "images": dict,
    "origins": list,
    "energy": dict | None,
    "seconds": dict,
    "images_per_second": int | float | None,
    "checkpoint": str | None,
    "config_sha256": str | None,
    "weights_sha256": str | None,
    "data": dict,
    "seed": int | None,
    "tags": list,
    "started": str | None,
    "ended": str | None,
    "attempts": int,
    "schema_version": int,
}


def require_types(values: Mapping[str, Any]) -> None:
    """Make sure that a result's values can be shown, sorted and compared, as far as it has them.

    Raises:
        TypeError: if one is not of its type; the message names it.
    """
    for name in values.keys() & _TYPES.keys():
        _require(isinstance(values[name], _TYPES[name]), name, values[name])
    for name in ("metrics", "seconds", "images"):
        _require_numbers(name, values.get(name, {}))
    for name, ends in values.get("intervals", {}).items():
        is_pair = isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends))  # noqa: PLR2004 -- low and high
        _require(is_pair, f"intervals.{name}", ends)
    for row in values.get("origins", ()):
        _require(isinstance(row, dict), "a row of origins", row)
    for tag in values.get("tags", ()):
        _require(isinstance(tag, str), "a tag", tag)


def _require_numbers(name: str, values: Mapping[str, object]) -> None:
    for key, value in values.items():
        _require(_is_number(value), f"{name}.{key}", value)


def _require(holds: bool, name: str, value: object) -> None:  # noqa: FBT001 -- what is required
    if not holds:
        raise TypeError(f"{name} is {shortened(value)}")


def _is_number(value: object) -> bool:
    """Whether it is a finite float; a whole number of JSON may be too large to be one."""
    try:
        return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type] # -- checked by its type
    except OverflowError:
        return False
