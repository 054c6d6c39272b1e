"""Words that change single keys to faults, where the config has no such key or has it already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.tasks.validation.fault import Fault, spelt
from ai_vs_human.tasks.validation.groups import TAKEN, Groups
from ai_vs_human.tasks.validation.signature import NoTargetError, Signature
from ai_vs_human.tasks.validation.source_signature import source_signature
from ai_vs_human.tasks.validation.targets import NAMED_PARTS
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
        near = nearest_key(key, list(known))
        hint = f"~{near}" if near else None
    else:
        hint = _meant(reading, config, known, groups)
    return word.fault(f"expected a key of the config, but got {key}", hint)


def _added(word: Word, reading: Override, config: DictConfig) -> Fault | None:
    key = reading.key_or_group
    there = OmegaConf.select(config, key, throw_on_resolution_failure=False)
    if there is None or isinstance(reading.value(), dict | list):
        return None  # Hydra fills the one, and adds to the other
    return word.fault(f"{TAKEN}, but got {key}", word.text.removeprefix("+"))


def _meant(
    reading: Override, config: DictConfig, known: Mapping[str, None], groups: Groups
) -> str | None:
    """The nearest key of the config, or of the signature of what the key belongs to."""
    key, value = reading.key_or_group, spelt(reading.value())
    above = key.rpartition(".")[0]
    signature = _signature(config, above)
    taken = [] if signature is None else [f"{above}.{name}" for name in signature.names]
    there = [*groups.names(), *known]
    near = key if key in taken else nearest_key(key, [*there, *taken])
    if near in there:
        return f"{near}={value}"
    if near is not None:
        return f"+{near}={value}"
    if signature is not None and not signature.open_ended:
        return None
    return _with_part(key, groups) or f"+{key}={value} adds a key that the config does not have"


def _with_part(key: str, groups: Groups) -> str | None:
    """A callback or a logger that is there to be chosen."""
    group, _, rest = key.partition(".")
    member, default = rest.partition(".")[0], groups.chosen.get(group)
    if group not in NAMED_PARTS or member not in groups.members(group) or default is None:
        return None
    return f"{group}=[{default},{member}] chooses {member} besides"


def nearest_key(key: str, known: Sequence[str]) -> str | None:
    """The known key most like one: of the same name further down, or alike in its first new part.

    Args:
        key: with dots, or with slashes where it is a group's.
        known: keys and groups.
    """
    dot = "/" if "/" in key else "."
    parts = key.split(dot)
    above = next((a for a in _ancestors(parts, dot) if a[: -len(dot)] in known), "")
    rest = key.removeprefix(above)
    inside = [one for one in known if one.startswith(above) and one != key]
    same = [one for one in inside if one.endswith((f".{rest}", f"/{rest}"))]
    if same:
        return min(same, key=len)
    name, _, tail = rest.partition(dot)
    near = nearest(name, [one.removeprefix(above).partition(dot)[0] for one in inside])
    if near is None or (tail and "/" in near):
        return None
    meant = dot.join(filter(None, [f"{above}{near}", tail]))
    return meant if meant in known else nearest_key(meant, known)


def _ancestors(parts: Sequence[str], dot: str) -> Iterator[str]:
    """What a key lies below, the nearest first, each with its dot."""
    for length in range(len(parts) - 1, 0, -1):
        yield "".join(f"{part}{dot}" for part in parts[:length])


def _signature(config: DictConfig, above: str) -> Signature | None:
    target = OmegaConf.select(config, f"{above}._target_", throw_on_resolution_failure=False)
    try:
        return source_signature(target) if isinstance(target, str) else None
    except NoTargetError:
        return None


def _keys(node: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield f"{prefix}{key}"
            yield from _keys(value, f"{prefix}{key}.")
