"""A `_target_` to the keys it takes, read from its source text: torch stays unimported.

What the text does not tell for certain counts as anything, so that nothing that works is refused;
`imported_signature` finds the rest.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from ai_vs_human.tasks.validation.annotation import evaluate
from ai_vs_human.tasks.validation.bindings import bindings
from ai_vs_human.tasks.validation.signature import NoTargetError, Signature
from ai_vs_human.tasks.validation.source import (
    AbsentError,
    Definition,
    Module,
    dotted_name,
    find,
    find_in,
)

_TRANSPARENT: Final = {"override", "final", "runtime_checkable", "_defaults_from_env_vars"}
"""Decorators that leave a signature as it is."""


@dataclass
class _Parameters:
    """What was read so far; the module is where a parameter's annotation stands."""

    annotations: dict[str, tuple[ast.expr | None, Module]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    open_ended: bool = False

    def add(self, name: str, annotation: ast.expr | None, module: Module, *, needed: bool) -> None:
        self.annotations[name] = (annotation, module)
        (self.required.add if needed else self.required.discard)(name)


@cache
def source_signature(target: str) -> Signature | None:
    """What the text says; None where that is not certain.

    Raises:
        NoTargetError: if there is certainly no such target.
    """
    try:
        definition = find(target)
        found = None if definition is None else _parameters(definition)
    except AbsentError as error:
        raise NoTargetError("there is no such name", error.known) from error
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None  # a file that this Python cannot read
    if found is None:
        return None
    known = found.annotations
    hint: Callable[[str], Any] = cache(lambda name: evaluate(*known[name]))
    return Signature(tuple(known), frozenset(found.required), found.open_ended, hint)


def _parameters(definition: Definition) -> _Parameters | None:
    statement = definition.statement
    if not isinstance(statement, ast.ClassDef | ast.FunctionDef):
        return None
    if isinstance(statement, ast.ClassDef) and _has_fields(definition):
        return _of_fields(definition)
    if not _decorators(statement) <= _TRANSPARENT:
        return None
    if isinstance(statement, ast.FunctionDef):
        return _of_function(statement, definition.module)
    return _of_class(statement, definition.module)


def _decorators(statement: ast.ClassDef | ast.FunctionDef) -> set[str]:
    names = set()
    for node in statement.decorator_list:
        called = node.func if isinstance(node, ast.Call) else node
        names.add(ast.unparse(called).rpartition(".")[2])
    return names


def _of_class(statement: ast.ClassDef, module: Module) -> _Parameters | None:
    """What the class' `__init__` takes, or else that of its first base that has one."""
    members = bindings(statement.body)
    if statement.keywords or "__new__" in members:
        return None  # another way to be made
    own = members.get("__init__")
    if own is not None:
        if not isinstance(own, ast.FunctionDef) or not _decorators(own) <= _TRANSPARENT:
            return None
        return _of_function(own, module, bound=True)
    for base in statement.bases:
        if isinstance(base, ast.Name) and base.id == "object":
            continue
        above = _base(base, module)
        if above is None or (found := _parameters(above)) is None:
            return None
        if found.annotations or found.open_ended:
            return found
    return _Parameters()


def _base(node: ast.expr, module: Module) -> Definition | None:
    """A base's class statement; None for a built-in one, and where sources do not tell."""
    try:
        if isinstance(node, ast.Name):
            found = find_in(module, node.id)
        else:
            dotted = dotted_name(module, node)
            found = None if dotted is None else find(dotted)
    except AbsentError:
        return None
    return found if found is not None and isinstance(found.statement, ast.ClassDef) else None


def _of_function(
    function: ast.FunctionDef, module: Module, *, bound: bool = False
) -> _Parameters | None:
    found = _Parameters()
    plain = function.args
    positional = [*plain.posonlyargs, *plain.args]
    without = len(positional) - len(plain.defaults)
    for place, argument in enumerate(positional):
        if place or not bound:
            found.add(argument.arg, argument.annotation, module, needed=place < without)
    for argument, default in zip(plain.kwonlyargs, plain.kw_defaults, strict=True):
        found.add(argument.arg, argument.annotation, module, needed=default is None)
    match plain.kwarg and plain.kwarg.annotation:
        case ast.Subscript(value=ast.Name(id="Unpack"), slice=ast.Name(id=options)):
            return _with_options(found, options, module)
    found.open_ended = plain.kwarg is not None
    return found


def _with_options(found: _Parameters, options: str, module: Module) -> _Parameters | None:
    """The keys of a TypedDict besides."""
    definition = find_in(module, options)
    if definition is None or not isinstance(definition.statement, ast.ClassDef):
        return None
    for name, annotated in _annotated(definition.statement):
        found.add(name, annotated.annotation, definition.module, needed=False)
    return found


def _has_fields(definition: Definition) -> bool:
    """Whether a class is a dataclass of the standard library's kind, with its constructor."""
    statement = definition.statement
    if not isinstance(statement, ast.ClassDef) or "__init__" in bindings(statement.body):
        return False
    called = [n.func if isinstance(n, ast.Call) else n for n in statement.decorator_list]
    return "dataclasses.dataclass" in [dotted_name(definition.module, one) for one in called]


def _of_fields(definition: Definition) -> _Parameters | None:
    """What a dataclass takes: the fields of its bases, then its own."""
    statement = definition.statement
    if not isinstance(statement, ast.ClassDef) or _is_made_otherwise(statement):
        return None
    found = _Parameters()
    for base in statement.bases:
        above = _base(base, definition.module)
        inherited = None if above is None else _inherited(above)
        if inherited is None:
            return None
        found.annotations |= inherited.annotations
        found.required |= inherited.required
    for name, annotated in _annotated(statement):
        if {"ClassVar", "KW_ONLY"} & set(re.findall(r"\w+", ast.unparse(annotated.annotation))):
            continue
        options = _field_options(annotated.value)
        if "init" in options:
            return None  # seldom enough
        needed = annotated.value is None or (
            bool(options) and not {"default", "default_factory"} & options
        )
        found.add(name, annotated.annotation, definition.module, needed=needed)
    return found


def _is_made_otherwise(statement: ast.ClassDef) -> bool:
    calls = [node for node in statement.decorator_list if isinstance(node, ast.Call)]
    without = any(one.arg == "init" for call in calls for one in call.keywords)
    return without or not _decorators(statement) <= {*_TRANSPARENT, "dataclass"}


def _inherited(base: Definition) -> _Parameters | None:
    """The fields of a dataclass' base; the annotations of other classes are no fields."""
    if _has_fields(base):
        return _of_fields(base)
    alone = isinstance(base.statement, ast.ClassDef) and not base.statement.bases
    return _Parameters() if alone else None


def _annotated(statement: ast.ClassDef) -> Iterator[tuple[str, ast.AnnAssign]]:
    for node in statement.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node


def _field_options(value: ast.expr | None) -> set[str]:
    """The keywords of `field(…)`; empty where the value is none."""
    match value:
        case ast.Call(func=ast.Name(id="field") | ast.Attribute(attr="field"), keywords=keywords):
            return {"field", *(one.arg for one in keywords if one.arg is not None)}
    return set()
