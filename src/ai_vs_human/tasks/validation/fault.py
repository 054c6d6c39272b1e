"""What is wrong in a config to the one message that tells all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ai_vs_human.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a config or on a command line.

    Attributes:
        key: dotted, of the value at fault.
        sentence: `expected …, but got … (where)`.
        hint: a command or key to change.
        place: of the word at fault on the command line, from 0; None where it stands in a file.
    """

    key: str
    sentence: str
    hint: str | None = None
    place: int | None = None


def refuse(faults: Iterable[Fault]) -> None:
    """End the run if there is a fault, with all of them.

    Raises:
        ConfigError: one sentence and its hint; or the number of faults and each of them, in
            the order of the command line.
    """
    by_place = sorted(faults, key=_order)
    different = list({fault.sentence: fault for fault in by_place}.values())
    if len(different) == 1:
        raise ConfigError(different[0].sentence, hint=different[0].hint)
    if different:
        raise ConfigError("\n".join([f"{len(different)} faults", *map(_block, different)]))


def _order(fault: Fault) -> tuple[bool, int]:
    return fault.place is None, fault.place or 0


def spelt(value: Any) -> str:
    """A value as a command line spells it: `null`, `true`, `[1,2]`, `{a:1}`."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, list):
        return f"[{','.join(map(spelt, value))}]"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{spelt(item)}" for key, item in value.items()) + "}"
    return str(value)


def got(value: Any) -> str:
    """A value in a sentence; quoted where it is a word, which may have blanks."""
    return repr(value) if isinstance(value, str) else spelt(value)


def _block(fault: Fault) -> str:
    hint = "" if fault.hint is None else f"\n    hint: {fault.hint}"
    return f"  {fault.sentence}{hint}"
