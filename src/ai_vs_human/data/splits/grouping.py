"""Records to groups that a split must not part: what is alike, and what the manifest groups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.ties import Ties

Stratum = tuple[int, str]
"""Label and origin of an image."""


@dataclass(frozen=True)
class Group:
    """Images that belong together.

    Attributes:
        key: of words and given groups alone, whatever the files are called and wherever they lie.
        given: the group's name in the manifest; empty where images are in it as they are alike.
        records: at least one.
    """

    key: str
    given: str
    records: tuple[Record, ...]

    @property
    def strata(self) -> tuple[Stratum, ...]:
        """Label and origin of its records; several where they differ."""
        return tuple(sorted({stratum_of(record) for record in self.records}))

    @property
    def name(self) -> str:
        """What its records have in the column `group`; empty for an image on its own."""
        alone = len(self.records) == 1
        return self.given or ("" if alone else f"same-{self.key.removeprefix('word:')[:16]}")


def stratum_of(record: Record) -> Stratum:
    """Whose share of every split is to be the same."""
    return int(record.label), record.origin


def ties_of(record: Record, alike: Mapping[str, str]) -> tuple[str, ...]:
    """What an image shares with those that it must not be parted from.

    Args:
        record: of the image.
        alike: a word for each record's id; images of one word must not be parted.
    """
    word = f"word:{alike[record.id]}"
    return (word, f"group:{record.group}") if record.group else (word,)


def group_records(records: Iterable[Record], alike: Mapping[str, str]) -> tuple[Group, ...]:
    """Gather records that share a group or a word, directly or by way of others.

    Args:
        records: in any order; the groups do not depend on it.
        alike: a word for each record's id; images of one word must not be parted.

    Returns:
        Groups in the order of their keys.
    """
    gathered = _gather(sorted(records, key=lambda record: record.id), alike)
    return tuple(sorted((_group(members, alike) for members in gathered), key=lambda g: g.key))


def name_groups(manifest: Manifest, alike: Mapping[str, str]) -> Manifest:
    """The same images, of which those that belong together have one name in `group`."""
    names = {r.id: g.name for g in group_records(manifest.records, alike) for r in g.records}
    return manifest.with_records(
        record if record.group == names[record.id] else replace(record, group=names[record.id])
        for record in manifest.records
    )


def _gather(records: Sequence[Record], alike: Mapping[str, str]) -> Iterable[tuple[Record, ...]]:
    """What is tied, directly or by way of others."""
    ties = Ties()
    for record in records:
        word, *group = ties_of(record, alike)
        for tie in group:
            ties.tie(tie, word)
    members: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        members[ties.top(ties_of(record, alike)[0])].append(record)
    return [tuple(group) for group in members.values()]


def _group(records: tuple[Record, ...], alike: Mapping[str, str]) -> Group:
    given = min((record.group for record in records if record.group), default="")
    word = min(alike[record.id] for record in records)
    return Group(f"group:{given}" if given else f"word:{word}", given, records)
