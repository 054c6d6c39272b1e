"""A command line to the configs that it composes, and to the faults of words that do not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hydra import compose
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import DictConfig

from ai_vs_human.tasks.validation.command_line import CommandLine
from ai_vs_human.tasks.validation.fault import Fault
from ai_vs_human.tasks.validation.groups import Groups, parsed
from ai_vs_human.tasks.validation.keys import key_fault
from ai_vs_human.tasks.validation.words import Word, read_words

_REFUSALS = (HydraException, ValueError, KeyError)
"""How Hydra refuses a word; some it does not expect, such as `env_copy` of what is not set."""

Read = tuple[Word, Override]
"""A word and the one of its readings that is tried."""


@dataclass
class Composition:
    """What a command line means.

    Attributes:
        configs: composed from the words without fault, Hydra's own part included: one for a
            run; for a sweep one for each value of each word, the other words at their first.
        words: the words that can be judged.
        faults: of words.
        groups: of the root config.
    """

    groups: Groups
    configs: list[DictConfig] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def composed(line: CommandLine, config_name: str) -> Composition:
    """Compose as many of the words as fit; GlobalHydra must be initialized.

    Raises:
        HydraException: if not even the root config composes.
    """
    groups = Groups(GlobalHydra.instance().config_loader(), config_name)
    found = Composition(groups)
    unjudged: list[str] = []
    for word in read_words(line, groups.loader):
        if isinstance(word, Fault):
            found.faults.append(word)
            continue
        left, faults = groups.check(word)
        found.faults += faults
        if left is None:
            unjudged.append(f"{word.key}.")  # nobody knows which keys it would have
        else:
            found.words.append(left)
    found.words = [word for word in found.words if not word.key.startswith(tuple(unjudged))]
    for reads in _variations(found.words):
        config, faults = _fit(reads, groups)
        found.configs.append(config)
        found.faults += faults
    return found


def _variations(words: Sequence[Word]) -> Iterator[list[Read]]:
    """Every value of every word once, the other words at their first."""
    first = [(word, word.readings[0]) for word in words]
    yield first
    for place, word in enumerate(words):
        for reading in word.readings[1:]:
            yield [*first[:place], (word, reading), *first[place + 1 :]]


def _fit(reads: list[Read], groups: Groups) -> tuple[DictConfig, list[Fault]]:
    """The config of those words that fit, and the faults of the others."""
    try:
        return _compose(reads, groups), []
    except _REFUSALS:
        choosing = [read for read in reads if groups.chooses(read[1])]
    config, chosen, faults = _one_by_one(choosing, groups)
    sound = []
    for word, reading in reads:
        if groups.chooses(reading):
            continue
        fault = key_fault(word, reading, config, groups)
        if fault is None:
            sound.append((word, reading))
            continue
        faults.append(fault)
        if fault.hint == f"+{word.text}":  # nothing but the plus is missing
            sound.append((word, parsed(fault.hint)))
    config, _, more = _one_by_one([*chosen, *sound], groups)
    return config, [*faults, *more]


def _one_by_one(reads: list[Read], groups: Groups) -> tuple[DictConfig, list[Read], list[Fault]]:
    """The config of those words that Hydra takes, these words, and the faults of the others."""
    try:
        return _compose(reads, groups), reads, []
    except _REFUSALS:
        config = _compose([], groups)
    kept: list[Read] = []
    faults = []
    for read in reads:
        try:
            config = _compose([*kept, read], groups)
        except _REFUSALS as error:
            faults.append(_refused(read, error))
        else:
            kept.append(read)
    return config, kept, faults


def _compose(reads: list[Read], groups: Groups) -> DictConfig:
    words = [reading.input_line or word.text for word, reading in reads]
    return compose(groups.config_name, words, return_hydra_config=True)


def _refused(read: Read, error: Exception) -> Fault:
    """Hydra's own words for what is seldom wrong."""
    word, reading = read
    cause = error.__cause__ or error
    reason = f"there is no {cause}" if isinstance(cause, KeyError) else str(cause).splitlines()[0]
    return word.fault(f"expected {reading.key_or_group} to be set, but got: {reason}")
