"""A composed config to the list of its faults: do the targets exist, and do they take the keys?"""

import inspect
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from beartype import BeartypeConf
from beartype.door import is_bearable
from beartype.roar import BeartypeException
from hydra.utils import get_object

from ai_vs_human.errors import ConfigError
from ai_vs_human.tasks.explain import nearest

_PROVIDED: Final[Mapping[str, frozenset[str]]] = {
    "model.backbone": frozenset({"in_channels"}),
    "model.optimizer": frozenset({"params"}),
    "model.scheduler": frozenset({"optimizer", "total_steps"}),
}
"""Arguments that come from elsewhere when a node is built."""

_NUMBERS: Final = BeartypeConf(is_pep484_tower=True)  # an int is a float


def validate(config: Mapping[str, Any]) -> None:
    """Check every node with a `_target_`, before anything expensive.

    Args:
        config: plain, resolved values.

    Raises:
        ConfigError: with every fault found: its key, what was expected and what was got.
    """
    faults = list(_faults(config, ""))
    if faults:
        raise ConfigError("\n       ".join(faults))


def _faults(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _faults(child, f"{path}[{index}]")
    if not isinstance(node, dict):
        return
    if "_target_" in node:
        yield from _target_faults(node, path)
    for key, child in node.items():
        yield from _faults(child, f"{path}.{key}" if path else str(key))


def _target_faults(node: Mapping[str, Any], path: str) -> Iterator[str]:
    target = node["_target_"]
    try:
        called = get_object(target)
        signature = inspect.signature(called)
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        yield f"expected something to import, but got {target}: {error} ({path}._target_)"
        return
    hints, open_ended = _parameters(called, signature)
    given = {key: value for key, value in node.items() if not key.startswith("_")}
    for key, value in given.items():
        where = f"{path}.{key}"
        if key not in hints:
            if not open_ended:
                near = nearest(key, list(hints))
                yield f"expected a key of {target}, but got {where}={value}" + (
                    f"; did you mean {path}.{near}?" if near else ""
                )
        elif not _fits(value, hints[key]):
            yield f"expected {_readable(hints[key])}, but got {value!r} ({where}={value})" + (
                _meant(value, hints[key])
            )
    required = _required(signature) - _PROVIDED.get(path, frozenset())
    for name in sorted(required - given.keys() - {"_args_"}):
        yield f"expected a value, but got none ({path}.{name})"


def _required(signature: inspect.Signature) -> set[str]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is inspect.Parameter.empty and parameter.kind in kinds
    }


def _parameters(called: Any, signature: inspect.Signature) -> tuple[dict[str, Any], bool]:
    """Type hints by parameter, and whether unknown keys are taken too."""
    try:
        known = get_type_hints(called.__init__ if inspect.isclass(called) else called)
    except (NameError, TypeError):
        known = {}  # a library's hints that exist for its type checker only
    hints: dict[str, Any] = {}
    open_ended = False
    for name, parameter in signature.parameters.items():
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD:
            hints[name] = known.get(name, Any)
            continue
        options = getattr(parameter.annotation, "__args__", (None,))[0]
        if is_typeddict(options):
            hints |= get_type_hints(options)
        else:
            open_ended = True
    return hints, open_ended


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any or isinstance(value, dict):
        return True  # a mapping may become an object first
    try:
        return is_bearable(value, hint, conf=_NUMBERS)
    except BeartypeException:
        return True  # a hint that cannot be checked at run time


def _meant(value: Any, hint: Any) -> str:
    choices = [choice for choice in get_args(hint) if isinstance(choice, str)]
    near = nearest(str(value), choices)
    return f"; did you mean {near}?" if near else ""


def _readable(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    if get_origin(hint) in (Union, UnionType):
        return " | ".join(_readable(choice) for choice in get_args(hint))
    if hint is NoneType:
        return "null"
    return hint.__name__ if inspect.isclass(hint) else str(hint).replace("typing.", "")
