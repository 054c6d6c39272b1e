"""A composed config to its plain values, and to every fault that the values tell."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ai_vs_human.tasks.validation.combinations import combination_faults
from ai_vs_human.tasks.validation.fault import Fault
from ai_vs_human.tasks.validation.targets import Reader, faults_of
from ai_vs_human.tasks.validation.values import plain_values


def checked(
    config: DictConfig, read: Reader, *, sweeping: bool
) -> tuple[dict[str, Any], list[Fault]]:
    """The values with their references resolved, and their faults.

    Args:
        config: composed.
        read: a target to its signature.
        sweeping: whether the run is one of a sweep.
    """
    values, faults = plain_values(config)
    faults += faults_of(values, read)
    faults += combination_faults(values, sweeping=sweeping)
    return values, list(_told_once(faults, dict(_references(config))))


def _references(config: DictConfig) -> Iterator[tuple[str, str]]:
    """Each key that is nothing but a reference, and the key that it refers to."""
    for key, value in _flat(OmegaConf.to_container(config, resolve=False)):
        found = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
        if found is not None:
            yield key, found[1]


def _flat(node: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in node.items() if isinstance(node, Mapping) else ():
        yield f"{prefix}{key}", value
        yield from _flat(value, f"{prefix}{key}.")


def _told_once(faults: Iterable[Fault], references: Mapping[str, str]) -> Iterator[Fault]:
    """The faults without those that were told of what is referred to (`data.seed: ${seed}`)."""
    faults = list(faults)
    keys = {fault.key for fault in faults}
    for fault in faults:
        origins = {
            f"{origin}{fault.key.removeprefix(key)}"
            for key, origin in references.items()
            if f"{fault.key}.".startswith(f"{key}.")
        }
        if not origins & keys:
            yield fault
