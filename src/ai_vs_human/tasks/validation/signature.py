"""A `_target_` to the keys it takes: its signature, asked of the imported object."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints, is_typeddict

from hydra.utils import get_object


@dataclass(frozen=True)
class Signature:
    """What a `_target_` can be called with.

    Attributes:
        names: the keys it takes.
        required: those of them without a default.
        open_ended: whether it takes any other key, too.
        hint: the type of a key's value; `Any` where it is not known.
    """

    names: tuple[str, ...]
    required: frozenset[str]
    open_ended: bool
    hint: Callable[[str], Any]


class NoTargetError(Exception):
    """Nothing can be imported by a name.

    Attributes:
        known: names that there are in its place.
    """

    def __init__(self, reason: str, known: tuple[str, ...] = ()) -> None:
        """Take the reason as a part of a sentence."""
        super().__init__(reason)
        self.known = known


def imported_signature(target: str) -> Signature | None:
    """Import the target and ask it; None where it does not tell, as much that is compiled.

    Raises:
        NoTargetError: if it cannot be imported, or is nothing to call.
    """
    try:
        called = get_object(target)
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise NoTargetError(str(error).splitlines()[0]) from error
    if not callable(called):
        raise NoTargetError("it is nothing to call")
    try:
        signature = inspect.signature(called)
    except (ValueError, TypeError):
        return None
    hints, open_ended = _hints(called, signature)
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    required = {
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is inspect.Parameter.empty and parameter.kind in kinds
    }
    return Signature(tuple(hints), frozenset(required), open_ended, hints.__getitem__)


def _hints(called: Any, signature: inspect.Signature) -> tuple[dict[str, Any], bool]:
    """Type hints by parameter, and whether unknown keys are taken too."""
    try:
        known = get_type_hints(called.__init__ if inspect.isclass(called) else called)
    except (NameError, TypeError, AttributeError, SyntaxError):
        known = {}  # hints that exist for a type checker only, or for people
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
