"""An annotation's source text to a type hint; what it does not tell for certain is `Any`."""

import ast
import os
from collections import abc
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, partial, reduce
from operator import or_
from pathlib import Path, PurePath
from types import MappingProxyType, NoneType
from typing import Any, Final, Literal

from ai_vs_human.tasks.validation.source import (
    AbsentError,
    Definition,
    Module,
    dotted_name,
    find,
    find_in,
)

_DEEPEST: Final = 20
"""Aliases within aliases that are followed; more are a circle."""
_BUILT_IN: Final[Mapping[str, Any]] = MappingProxyType(
    {kind.__name__: kind for kind in (bool, int, float, str, list, tuple, dict)}
)
_GENERIC: Final[Mapping[str, Any]] = MappingProxyType(
    {"Iterable": abc.Iterable, "Collection": abc.Collection}
    | {"Sequence": abc.Sequence, "MutableSequence": abc.MutableSequence}
    | {"Mapping": abc.Mapping, "MutableMapping": abc.MutableMapping}
    | {"list": list, "List": list, "tuple": tuple, "Tuple": tuple, "dict": dict, "Dict": dict}
)
_STANDARD: Final = {"typing", "typing_extensions", "collections"}
_KNOWN: Final[Mapping[str, Any]] = MappingProxyType(
    {"pathlib.Path": Path, "pathlib.PurePath": PurePath, "os.PathLike": os.PathLike}
    | {"datetime.timedelta": timedelta}
)
"""Classes that are the same under each Python, wherever it keeps their source."""
_SERVED: Final = {
    *("Protocol", "TypedDict", "NamedTuple", "Enum", "StrEnum", "IntEnum", "Flag", "IntFlag"),
    *("PurePath", "PathLike", "set", "frozenset", *_BUILT_IN),
}
"""Plain values serve as instances of these classes, and of those below them."""


def evaluate(node: ast.expr | None, module: Module, depth: int = 0) -> Any:
    """The type that an annotation means in a module."""
    if depth > _DEEPEST:
        return Any
    inner = partial(evaluate, module=module, depth=depth + 1)
    meaning: Any = Any
    match node:
        case ast.Constant(value=None):
            meaning = NoneType
        case ast.Constant(value=str(text)):
            meaning = inner(_quoted(text))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            meaning = _union([inner(left), inner(right)])
        case ast.Subscript(value=generic, slice=ast.Tuple(elts=[_, *_] as parts)):
            meaning = _generic(_standard(generic, module), parts, inner)
        case ast.Subscript(value=generic, slice=part) if not isinstance(part, ast.Tuple):
            meaning = _generic(_standard(generic, module), [part], inner)
        case ast.Name() | ast.Attribute():
            meaning = _named(node, module, depth)
    return meaning


def _quoted(text: str) -> ast.expr | None:
    """The annotation in quotes; None where it is some other text."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _union(parts: list[Any]) -> Any:
    return Any if Any in parts else reduce(or_, parts)


def _generic(name: str | None, parts: list[ast.expr], inner: Callable[[ast.expr], Any]) -> Any:
    meaning: Any = Any
    match name:
        case "Literal":
            values = tuple(part.value for part in parts if isinstance(part, ast.Constant))
            meaning = Literal[values] if len(values) == len(parts) else Any
        case "Optional":
            meaning = _union([inner(parts[0]), NoneType])
        case "Union":
            meaning = _union([inner(part) for part in parts])
        case "Annotated" | "Final" | "Required" | "NotRequired" | "ReadOnly":
            meaning = inner(parts[0])
        case str() if name in _GENERIC:
            arguments = tuple(... if _is_ellipsis(part) else inner(part) for part in parts)
            meaning = _GENERIC[name][arguments if len(arguments) > 1 else arguments[0]]
    return meaning


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _standard(node: ast.expr, module: Module) -> str | None:
    """The name of a built-in type, or of one of `typing` or `collections.abc`."""
    if isinstance(node, ast.Name) and node.id not in module.bindings:
        return node.id if node.id in _BUILT_IN else None
    top, _, rest = (dotted_name(module, node) or "").partition(".")
    return rest.rpartition(".")[2] if top in _STANDARD else None


def _named(node: ast.Name | ast.Attribute, module: Module, depth: int) -> Any:
    standard = _standard(node, module)
    if standard is not None:
        return _BUILT_IN.get(standard) or _GENERIC.get(standard, Any)
    known = _KNOWN.get(dotted_name(module, node) or "")
    if known is not None:
        return known
    definition = _definition(node, module)
    match definition and definition.statement:
        case ast.ClassDef(name=name) if definition is not None:
            return Any if _is_served(definition, depth) else _stand_in(name)
        case ast.Assign(value=value) | ast.AnnAssign(value=value) if definition is not None:
            return evaluate(value, definition.module, depth + 1)
    return Any


def _definition(node: ast.Name | ast.Attribute, module: Module) -> Definition | None:
    try:
        if isinstance(node, ast.Name):
            return find_in(module, node.id)
        dotted = dotted_name(module, node)
        return None if dotted is None else find(dotted)
    except AbsentError:
        return None


def _is_served(definition: Definition | None, depth: int) -> bool:
    """Whether plain values may serve as instances of a class."""
    statement = None if definition is None else definition.statement
    if definition is None or not isinstance(statement, ast.ClassDef):
        return False
    if statement.keywords or statement.name in _SERVED or depth > _DEEPEST:
        return True
    bases = [one.value if isinstance(one, ast.Subscript) else one for one in statement.bases]
    return any(_is_served_base(base, definition.module, depth + 1) for base in bases)


def _is_served_base(node: ast.expr, module: Module, depth: int) -> bool:
    if ast.unparse(node).rpartition(".")[2] in _SERVED:
        return True
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    return _is_served(_definition(node, module), depth)


@cache
def _stand_in(name: str) -> type:
    """A class that no plain value is an instance of."""
    return type(name, (), {})
