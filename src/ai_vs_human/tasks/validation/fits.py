"""A plain value and a type hint to whether they go together, and a hint to words."""

import inspect
import os
from collections.abc import Iterable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, is_typeddict

from beartype import BeartypeConf
from beartype.door import is_bearable
from beartype.roar import BeartypeException

_NUMBERS: Final = BeartypeConf(is_pep484_tower=True)  # an int is a float
_PLAIN: Final = (str, float, int, list, dict)
_LISTS: Final = {list, tuple, set, frozenset}
"""With the likes of `Sequence`, the types that a list serves as."""


class Unknown:
    """Stands for a value that cannot be known yet; it fits everywhere."""


def fits(value: Any, hint: Any) -> bool:
    """Whether a constructor with this hint takes the value.

    A mapping with a `_target_` becomes an object first, YAML's lists serve as tuples and sets, and
    text as a path or a member of an enumeration. Every item is looked at: the type checker alone
    would look at one, chosen by chance.
    """
    if hint is Any or isinstance(value, Unknown) or _is_built(value):
        return True
    if isinstance(value, bool) and hint in (int, float):
        return False  # in Python it is a number; in a config it is a slip of the pen
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(fits(value, choice) for choice in inner)
    if isinstance(value, list) and _serves_as(origin or hint):
        return _items_fit(value, origin or hint, inner)
    if isinstance(value, Mapping) and len(inner) == 2 and _is_a(origin, Mapping):  # noqa: PLR2004 -- keys and values
        return all(fits(key, inner[0]) and fits(item, inner[1]) for key, item in value.items())
    return _bearable(value, hint) or (inspect.isclass(hint) and _stands_for(value, hint))


def _is_built(value: Any) -> bool:
    return isinstance(value, Mapping) and "_target_" in value


def _is_a(kind: Any, above: type) -> bool:
    return inspect.isclass(kind) and issubclass(kind, above)


def _serves_as(kind: Any) -> bool:
    """Whether a list does where one of these is expected."""
    if kind in _LISTS:
        return True
    abstract = _is_a(kind, Iterable) and kind.__module__ == "collections.abc"
    return abstract and not _is_a(kind, Mapping)


def _items_fit(items: list[Any], kind: type, inner: tuple[Any, ...]) -> bool:
    if kind is tuple and inner and inner[-1] is not ...:
        return len(items) == len(inner) and all(map(fits, items, inner))
    return not inner or all(fits(item, inner[0]) for item in items)


def _stands_for(value: Any, kind: type) -> bool:
    """Whether code that names a class of its own works with a plain value as well."""
    if issubclass(kind, Enum):
        return value in [name for one in kind for name in (one.name, one.value)]
    if issubclass(kind, os.PathLike):
        return isinstance(value, str)
    plain = () if kind is bool or is_typeddict(kind) else _PLAIN
    return any(issubclass(kind, one) and _bearable(value, one) for one in plain)


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
