"""Statements to the names that they give a meaning to."""

import ast
from collections.abc import Mapping


def bindings(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """The last statement that gives a name its meaning, by name.

    `ast.Pass` stands for names that text alone does not decide: what is tried, what depends on a
    condition, what a loop leaves behind.
    """
    found: dict[str, ast.stmt] = {}
    for statement in body:
        name = _only_name(statement)
        if name is not None:
            found[name] = statement
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            found |= dict.fromkeys(map(local_name, statement.names), statement)
        elif not isinstance(statement, ast.AsyncFunctionDef):
            found |= _undecided(statement, found)
        else:
            found[statement.name] = ast.Pass()
    return found


def _only_name(statement: ast.stmt) -> str | None:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def _undecided(statement: ast.stmt, before: Mapping[str, ast.stmt]) -> dict[str, ast.stmt]:
    """What a statement may bind: only in one of its blocks, and never before, is it that."""
    stored = [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    parts = [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]
    blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    found: dict[str, ast.stmt] = dict.fromkeys(stored, ast.Pass())
    seen = set(before)
    for block in (*blocks, *(part.body for part in parts)):
        inner = bindings(block)
        found |= {name: ast.Pass() if name in seen else one for name, one in inner.items()}
        seen |= set(inner)
    return found


def local_name(alias: ast.alias) -> str:
    """What an import calls a thing."""
    return alias.asname or alias.name.partition(".")[0]
