"""Configs and results of several runs to where they differ, and how they spread over seeds."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Final

from ai_vs_human.runs.registry.entry import Entry

_SEED_KEYS: Final = frozenset({"seed", "data.seed"})
"""data.seed follows seed."""
_ORIGIN_KEYS: Final = frozenset({"resume", "like"})
"""Where a config came from; not what it is."""


def config_differences(
    configs: Mapping[str, Mapping[str, Any]],
) -> list[tuple[str, dict[str, Any]]]:
    """The dotted keys that do not have one value in all configs, in the configs' order.

    A value that differs only by the run's own folder or id is no difference.

    Args:
        configs: resolved configs by run.

    Returns:
        Each key with its value by run; a run that lacks the key is not among them.
    """
    flat = {run: _flattened(config) for run, config in configs.items()}
    canonical = {run: _canonical(configs[run], values) for run, values in flat.items()}
    keys = dict.fromkeys(key for values in flat.values() for key in values)
    return [
        (key, {run: values[key] for run, values in flat.items() if key in values})
        for key in keys
        if len({values.get(key) for values in canonical.values()}) > 1
    ]


@dataclass(frozen=True)
class Spread:
    """A metric over runs that differ by seed.

    Attributes:
        n: runs that have the metric.
        mean: arithmetic mean.
        deviation: sample standard deviation, with n - 1 below; None for a single run.
    """

    n: int
    mean: float
    deviation: float | None


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    several = len(values) > 1
    return Spread(len(values), fmean(values), stdev(values) if several else None)


@dataclass(frozen=True)
class SeedGroup:
    """Runs of one config and task that differ by nothing but the seed.

    Attributes:
        run_ids: in the order given.
        seeds: of each.
        metrics: how each metric spreads.
    """

    run_ids: tuple[str, ...]
    seeds: tuple[int | None, ...]
    metrics: dict[str, Spread]


def over_seeds(
    entries: Sequence[Entry], configs: Mapping[str, Mapping[str, Any]]
) -> list[SeedGroup]:
    """Group runs whose configs are equal but for `seed`, and `data.seed`, which follows it.

    Args:
        entries: runs with a result; others are left out.
        configs: resolved configs by run id.
    """
    groups: dict[tuple[str, frozenset[tuple[str, str]]], list[Entry]] = {}
    for entry in entries:
        if entry.result is not None:
            config = configs[entry.run_id]
            canonical = _canonical(config, _flattened(config))
            pairs = frozenset((k, v) for k, v in canonical.items() if k not in _SEED_KEYS)
            groups.setdefault((entry.task, pairs), []).append(entry)
    return [_group(members) for members in groups.values()]


def _group(entries: Sequence[Entry]) -> SeedGroup:
    results = [entry.result for entry in entries if entry.result is not None]
    names = dict.fromkeys(name for result in results for name in result.metrics)
    return SeedGroup(
        run_ids=tuple(entry.run_id for entry in entries),
        seeds=tuple(result.seed for result in results),
        metrics={
            name: spread([r.metrics[name] for r in results if name in r.metrics]) for name in names
        },
    )


def _flattened(config: Mapping[str, Any]) -> dict[str, Any]:
    return {k: value for k, value in _leaves(config, "") if k not in _ORIGIN_KEYS}


def _leaves(node: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Dotted keys and values; a list is one value, and so is an empty mapping."""
    if not isinstance(node, Mapping) or not (node or not key):
        yield key, node
        return
    for name, value in node.items():
        yield from _leaves(value, f"{key}.{name}" if key else str(name))


def _canonical(config: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """Each value as text that is equal for equal values, 1, 1.0 and true being three."""
    own = _own_words(config)
    return {key: own.sub("<own>", json.dumps(value, default=str)) for key, value in values.items()}


def _own_words(config: Mapping[str, Any]) -> re.Pattern[str]:
    """What only this run's config holds: its folder and its id, as whole words of a path."""
    paths = config.get("paths")
    folder = paths.get("run_dir") if isinstance(paths, Mapping) else None
    words = [json.dumps(str(word))[1:-1] for word in (folder, config.get("run_id")) if word]
    choices = "|".join(re.escape(word) for word in words)
    return re.compile(rf"(?<![\w-])(?:{choices})(?![\w-])" if choices else r"(?!)")
