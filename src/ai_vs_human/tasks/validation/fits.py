"""A plain value and a type hint to whether they go together, and a hint to words."""

import inspect
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from beartype import BeartypeConf
from beartype.door import is_bearable
from beartype.roar import BeartypeException

_NUMBERS: Final = BeartypeConf(is_pep484_tower=True)  # an int is a float


class Unknown:
    """Stands for a value that cannot be known yet; it fits everywhere."""


def fits(value: Any, hint: Any) -> bool:
    """Whether a constructor with this hint takes the value.

    A mapping with a `_target_` becomes an object first, and YAML's lists serve as tuples.
    Every item is looked at: the type checker alone would look at one, chosen by chance.
    """
    if hint is Any or isinstance(value, Unknown):
        return True
    if isinstance(value, Mapping) and "_target_" in value:
        return True
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(fits(value, choice) for choice in inner)
    if isinstance(value, list) and origin is not None and origin is not Literal:
        return _items_fit(value, hint)
    if isinstance(value, Mapping) and len(inner) == 2:  # noqa: PLR2004 -- keys and values
        keys, items = inner
        fit = all(fits(key, keys) and fits(item, items) for key, item in value.items())
        return fit and _bearable({}, hint)
    return _bearable(value, hint)


def _items_fit(items: list[Any], hint: Any) -> bool:
    inner = get_args(hint)
    if get_origin(hint) is tuple:
        if inner[-1:] == (...,):
            return all(fits(item, inner[0]) for item in items)
        return len(items) == len(inner) and all(map(fits, items, inner))
    return _bearable([], hint) and all(fits(item, inner[0]) for item in items)


def _bearable(value: Any, hint: Any) -> bool:
    try:
        return is_bearable(value, hint, conf=_NUMBERS)
    except BeartypeException:
        return True  # a hint that cannot be checked at run time


def readable(hint: Any) -> str:
    """A hint in the words of a config: `int | null`, `one of easy, hard`."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return f"one of {', '.join(map(str, inner))}"
    if origin in (Union, UnionType):
        named = [
            word for choice in inner if get_origin(choice) is Literal for word in get_args(choice)
        ]
        others = [choice for choice in inner if get_origin(choice) is not Literal]
        words = [f"one of {', '.join(dict.fromkeys(map(str, named)))}"] if named else []
        return " | ".join([*words, *dict.fromkeys(map(readable, others))])
    if hint is NoneType:
        return "null"
    if hint is Any or hint is ...:
        return "..." if hint is ... else "Any"
    if inspect.isclass(origin):
        return f"{origin.__name__}[{', '.join(map(readable, inner))}]"
    return hint.__name__ if inspect.isclass(hint) else str(hint)


def choices(hint: Any) -> list[str]:
    """The words that a hint names, wherever in it."""
    if get_origin(hint) is Literal:
        return [choice for choice in get_args(hint) if isinstance(choice, str)]
    return [choice for part in get_args(hint) for choice in choices(part)]
