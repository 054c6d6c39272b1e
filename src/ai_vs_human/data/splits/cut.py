"""Groups of images to splits, by the hash of their content: the same cut wherever files lie."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from ai_vs_human.data.manifest import Split
from ai_vs_human.data.splits.grouping import Group


def cut(groups: Sequence[Group], fractions: Mapping[Split, float], seed: int) -> dict[str, Split]:
    """The split of each group, by its key.

    Within each stratum (label and origin) groups are ordered by the SHA-256 of seed and key, and
    cut off in the order of `fractions`; the rest is for training. What rounding gives a stratum
    too little, the next stratum of the same label gets: many small ones add up to the fractions.
    """
    strata: defaultdict[tuple[tuple[int, str], ...], list[Group]] = defaultdict(list)
    for group in groups:
        strata[group.stratum].append(group)
    splits: dict[str, Split] = {}
    for _, same in groupby(sorted(strata, key=_by_label), key=_labels):
        images = 0
        counts: dict[Split, int] = dict.fromkeys(fractions, 0)
        for stratum in same:
            ordered = sorted(strata[stratum], key=lambda group: hash_order(seed, group.key))
            images += sum(len(group.records) for group in ordered)
            due = {s: share * images - counts[s] for s, share in fractions.items()}
            for group, split in _cut_off(ordered, due):
                splits[group.key] = split
                if split in counts:
                    counts[split] += len(group.records)
    return splits


def hash_order(seed: int, key: str) -> bytes:
    """A sort key that is as good as random, and the same everywhere."""
    return hashlib.sha256(f"{seed}\x1f{key}".encode()).digest()


def _cut_off(groups: Sequence[Group], due: Mapping[Split, float]) -> Iterable[tuple[Group, Split]]:
    """Each group's split: the one in whose share of the line of images its middle lies."""
    position = 0
    for group in groups:
        middle, share = position + len(group.records) / 2, 0.0
        split: Split = "train"
        for name, images in due.items():
            share += max(0.0, images)
            if middle < share:
                split = name
                break
        yield group, split
        position += len(group.records)


def _labels(stratum: tuple[tuple[int, str], ...]) -> tuple[int, ...]:
    return tuple(label for label, _ in stratum)


def _by_label(
    stratum: tuple[tuple[int, str], ...],
) -> tuple[tuple[int, ...], tuple[tuple[int, str], ...]]:
    return _labels(stratum), stratum
