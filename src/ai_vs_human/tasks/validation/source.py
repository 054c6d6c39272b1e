"""A dotted name to its definition in a source file, without importing anything."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ai_vs_human.tasks.validation.bindings import bindings, local_name

_MOST_STEPS: Final = 20
"""Re-exports that are followed; more are a circle."""
_DYNAMIC: Final = ("import *", "__getattr__", "globals()", "vars()", "setattr(", "exec(")
"""A module with one of these may have names that its text does not show."""


class AbsentError(Exception):
    """A dotted name that nothing has, as far as sources tell for certain.

    Attributes:
        known: the public names in its place.
    """

    def __init__(self, known: tuple[str, ...] = ()) -> None:
        """Take the names."""
        super().__init__()
        self.known = known


@dataclass(frozen=True)
class Module:
    """A module's text.

    Attributes:
        name: dotted.
        path: of the file.
    """

    name: str
    path: Path

    @cached_property
    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def bindings(self) -> dict[str, ast.stmt]:
        """The statement at module level that gives a name its meaning, by name."""
        return bindings(ast.parse(self._text).body)

    @property
    def is_dynamic(self) -> bool:
        """Whether its text may not show all its names."""
        return any(word in self._text for word in _DYNAMIC)

    @property
    def package(self) -> str:
        """What its relative imports are relative to."""
        return self.name if self.path.stem == "__init__" else self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Definition:
    """A statement that gives a name its meaning.

    Attributes:
        statement: a class, a function, or an assignment; `ast.Pass` where several may be meant.
        module: where it stands.
    """

    statement: ast.stmt
    module: Module


def find(dotted: str) -> Definition | None:
    """The definition of `package.module.name`; None where sources do not tell.

    Raises:
        AbsentError: if there is certainly no such name.
    """
    found = _module(dotted)
    if found is None:
        return None
    module, rest = found
    if len(rest) != 1:
        return None  # a module itself, or something inside a class
    return find_in(module, rest[0])


def find_in(module: Module, name: str) -> Definition | None:
    """The definition of a name as a module sees it; None where sources do not tell.

    Raises:
        AbsentError: if there is certainly no such name.
    """
    for _ in range(_MOST_STEPS):
        statement = module.bindings.get(name)
        if statement is None:
            if module.is_dynamic:
                return None
            raise AbsentError(tuple(one for one in module.bindings if not one.startswith("_")))
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return Definition(statement, module)
        imported = _imported(statement, name, module)
        found = _module(imported)
        if found is None or len(found[1]) != 1:
            return None
        module, (name,) = found
    return None


def dotted_name(module: Module, node: ast.expr) -> str | None:
    """The whole name of `a.b.C` in a module's text; None where `a` is no import."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    statement = module.bindings.get(node.id) if isinstance(node, ast.Name) else None
    if not isinstance(node, ast.Name) or not isinstance(statement, ast.Import | ast.ImportFrom):
        return None
    return ".".join([_imported(statement, node.id, module), *parts])


def _imported(statement: ast.Import | ast.ImportFrom, name: str, module: Module) -> str:
    """The dotted name that an import statement gives a local name to."""
    alias = next(one for one in statement.names if local_name(one) == name)
    if isinstance(statement, ast.Import):
        return alias.name if alias.asname else name
    above = module.package.split(".")[: 1 - statement.level or None] if statement.level else []
    return ".".join([*above, *filter(None, [statement.module]), alias.name])


@cache
def _module(dotted: str) -> tuple[Module, tuple[str, ...]] | None:
    """The deepest module of a dotted name and what is left of the name; None for no source.

    Raises:
        AbsentError: if there is no such package.
    """
    top, *rest = dotted.split(".")
    spec = _spec(top)
    if spec is None:
        raise AbsentError
    folders = spec.submodule_search_locations
    if spec.origin is None or not spec.origin.endswith(".py"):
        return None  # compiled, built in, or a namespace
    name, path = top, Path(spec.origin)
    while rest and folders:
        folder = Path(next(iter(folders)))
        here = {entry.name for entry in folder.iterdir()}  # some file systems have no capitals
        if rest[0] in here and (folder / rest[0] / "__init__.py").is_file():
            folders, path = [str(folder / rest[0])], folder / rest[0] / "__init__.py"
        elif f"{rest[0]}.py" in here:
            folders, path = None, folder / f"{rest[0]}.py"
        else:
            break
        name = f"{name}.{rest.pop(0)}"
    return _read(name, path), tuple(rest)


@cache
def _read(name: str, path: Path) -> Module:
    return Module(name, path)


def _spec(top: str) -> ModuleSpec | None:
    try:
        return find_spec(top)
    except (ImportError, ValueError):
        return None
