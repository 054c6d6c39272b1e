"""Groups of images to splits, by the hash of their content: the same cut wherever files lie."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.splits.grouping import Group, Stratum, stratum_of

_NOTHING: Final = 1e-6
"""Of an image: what sums of shares are off by."""


def cut(
    groups: Iterable[Group],
    shares: Mapping[str, float],
    seed: int,
    settled: Iterable[tuple[Record, str]] = (),
) -> dict[str, str]:
    """The split of each group, by its key.

    Within each stratum (label and origin) groups are ordered by the SHA-256 of seed and key. One
    after the other goes to the first split that falls short of its share by as many images; the
    few that fit nowhere whole go where most images of their label are lacking, so that many small
    strata add up to the shares. No split of a stratum ends further from its share than the
    largest of the stratum's groups: within one image where images stand alone.

    Args:
        groups: in any order.
        shares: of all images, by split, in the order in which they are filled; together 1.
        seed: another seed cuts elsewhere.
        settled: images whose split is known, and its name: they count, and stay.
    """
    tally = _Tally(shares)
    for record, split in settled:
        tally.add(record, split)
    strata: defaultdict[tuple[Stratum, ...], list[Group]] = defaultdict(list)
    for group in groups:
        strata[group.strata].append(group)
    splits: dict[str, str] = {}
    # Groups of several strata first: what they make uneven, those of one stratum make even.
    for several in sorted(strata, key=lambda key: (-len(key), key)):
        ordered = sorted(strata[several], key=lambda group: hash_order(seed, group.key))
        images = sum(len(group.records) for group in ordered)
        due = tally.lacking(several, images)
        of_the_labels = tally.lacking(sorted({(label,) for label, _ in several}), images)
        for group, split in _placed(ordered, due, of_the_labels):
            splits[group.key] = split
            for record in group.records:
                tally.add(record, split)
    return splits


def hash_order(seed: int, key: str) -> bytes:
    """A sort key that is as good as random, and the same everywhere."""
    return hashlib.sha256(f"{seed}\x1f{key}".encode()).digest()


class _Tally:
    """The images of each split so far, by stratum and by label."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._shares = shares
        self._counts: defaultdict[tuple[int, str] | tuple[int], Counter[str]] = defaultdict(Counter)

    def add(self, record: Record, split: str) -> None:
        """Count an image, if it is of a split that has a share."""
        if split in self._shares:
            for key in (stratum_of(record), (int(record.label),)):
                self._counts[key][split] += 1

    def lacking(self, keys: Sequence[tuple[int, str] | tuple[int]], more: int) -> dict[str, float]:
        """Images by which each split will fall short of its share, once there are so many more."""
        there: Counter[str] = Counter()
        for key in keys:
            there.update(self._counts[key])
        total = there.total() + more
        return {split: share * total - there[split] for split, share in self._shares.items()}


def _placed(
    groups: Sequence[Group], due: dict[str, float], of_the_labels: dict[str, float]
) -> Iterator[tuple[Group, str]]:
    """Each group and its split; both mappings are of lacking images, and are brought down."""

    def put(group: Group, split: str) -> tuple[Group, str]:
        due[split] -= len(group.records)
        of_the_labels[split] -= len(group.records)
        return group, split

    over: list[Group] = []
    for group in groups:
        size = len(group.records) - _NOTHING
        split = next((split for split, images in due.items() if images >= size), None)
        if split is None:
            over.append(group)
        else:
            yield put(group, split)
    for group in over:
        yield put(group, max(due, key=lambda s: (due[s] > _NOTHING, round(of_the_labels[s], 6))))
