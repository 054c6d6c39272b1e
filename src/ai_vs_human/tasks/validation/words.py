"""The words of a command line, one by one, to what each changes in a config."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override
from hydra.errors import HydraException, OverrideParseException

from ai_vs_human.tasks.validation.command_line import CommandLine
from ai_vs_human.tasks.validation.fault import Fault

_MOST: Final = 32
"""Values of a sweep that are each looked at; of more, only the first and the last."""


@dataclass(frozen=True)
class Word:
    """One word.

    Attributes:
        place: on the command line, from 0.
        text: as it was written.
        readings: what it changes; a sweep has one for each value.
    """

    place: int
    text: str
    readings: tuple[Override, ...]

    @property
    def key(self) -> str:
        """Where it changes the config, dotted."""
        override = self.readings[0]
        return (override.package or override.key_or_group).replace("/", ".")

    def fault(self, sentence: str, hint: str | None = None) -> Fault:
        """A fault of this word; the sentence gets the word at its end."""
        return Fault(self.key, f"{sentence} ({self.text})", hint, self.place)


def read_words(line: CommandLine, loader: ConfigLoader) -> Iterator[Word | Fault]:
    """Each word, or what is wrong with it by itself.

    Args:
        line: as it was written.
        loader: knows the members that `model=glob(*)` means.
    """
    parser = OverridesParser.create(loader)
    for place, text in enumerate(line.words):
        try:
            (override,) = parser.parse_overrides([text])
        except OverrideParseException:
            yield _malformed(text, place)
            continue
        word = Word(place, text, (override,))
        if not override.key_or_group:
            yield _malformed(text, place)
        elif override.is_sweep_override():
            yield _sweep(word, override, parser) if line.sweeping else _several(word, override)
        else:
            yield word


def _malformed(text: str, place: int) -> Fault:
    return Fault(
        text,
        f"expected key=value, but got {text!r} (command line)",
        "quote what the shell would change, for instance 'tags=[a,b]'",
        place,
    )


def _several(word: Word, override: Override) -> Fault:
    written = override.get_value_string()
    hint = f"-m {word.text} makes a sweep; {override.get_key_element()}=[{written}] is a list"
    return word.fault("expected one value, but got several", hint)


def _sweep(word: Word, override: Override, parser: OverridesParser) -> Word | Fault:
    if override.is_hydra_override():
        return word.fault("expected one value for all runs of a sweep, but got several")
    try:
        values = _values(override)
    except HydraException as error:
        return word.fault(f"expected values for a sweep, but got: {error}")
    if len(values) > _MOST:
        values = [values[0], values[-1]]
    key = override.get_key_element()
    readings = tuple(parser.parse_override(f"{key}={value}") for value in values)
    return Word(word.place, word.text, readings)


def _values(override: Override) -> list[str]:
    ends = override.value()
    if isinstance(ends, IntervalSweep):
        return [str(ends.start), str(ends.end)]
    return list(override.sweep_string_iterator())
