"""Words that change single keys to faults, where the config has no such key or has it already."""

from collections.abc import Iterator
from typing import Any

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.tasks.validation.fault import Fault, spelt
from ai_vs_human.tasks.validation.groups import TAKEN, Groups
from ai_vs_human.tasks.validation.signature import NoTargetError
from ai_vs_human.tasks.validation.source_signature import source_signature
from ai_vs_human.tasks.validation.words import Word


def key_fault(word: Word, reading: Override, config: DictConfig, groups: Groups) -> Fault | None:
    """What is wrong with a key; None where nothing is, as far as the key alone tells.

    Args:
        word: of the command line.
        reading: what it changes; no member of a group.
        config: composed from the members chosen, Hydra's own part included.
        groups: of the root config.
    """
    key = reading.key_or_group
    known = dict.fromkeys(_keys(OmegaConf.to_container(config, resolve=False)))
    if reading.is_force_add() or "[" in key or reading.package is not None:
        return None  # Hydra knows better
    if reading.is_add():
        return _added(word, reading, config) if key in known else None
    if key in known:
        return None
    if reading.is_delete():
        near = nearest(key, list(known))
        hint = f"~{near}" if near else None
    else:
        hint = _meant(reading, config, [*known, *groups.names()])
    return word.fault(f"expected a key of the config, but got {key}", hint)


def _added(word: Word, reading: Override, config: DictConfig) -> Fault | None:
    key = reading.key_or_group
    there = OmegaConf.select(config, key, throw_on_resolution_failure=False)
    if there is None or isinstance(reading.value(), dict | list):
        return None  # Hydra fills the one, and adds to the other
    return word.fault(f"{TAKEN}, but got {key}", word.text.removeprefix("+"))


def _meant(reading: Override, config: DictConfig, known: list[str]) -> str:
    """The nearest key of the config, or of the signature of what the key belongs to."""
    key, value = reading.key_or_group, spelt(reading.value())
    above = key.rpartition(".")[0]
    taken = [f"{above}.{name}" for name in _taken(config, above)]
    near = key if key in taken else nearest(key, [*known, *taken])
    if near is None:
        return f"+{key}={value} adds a key that the config does not have"
    return f"{near}={value}" if near in known else f"+{near}={value}"


def _taken(config: DictConfig, above: str) -> tuple[str, ...]:
    target = OmegaConf.select(config, f"{above}._target_", throw_on_resolution_failure=False)
    try:
        signature = source_signature(target) if isinstance(target, str) else None
    except NoTargetError:
        return ()
    return () if signature is None else signature.names


def _keys(node: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield f"{prefix}{key}"
            yield from _keys(value, f"{prefix}{key}.")
