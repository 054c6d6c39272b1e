"""Records to groups that a split must not part: what is alike, and what the manifest groups."""

from collections import Counter, defaultdict
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
        if len(self.records) == 1:
            return (stratum_of(self.records[0]),)
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


def tied(records: Iterable[Record], alike: Mapping[str, str]) -> list[Record]:
    """The records that are in a group or share a word: most are in none, and can be passed over."""
    everything = tuple(records)
    times = Counter(alike[record.id] for record in everything)
    return [record for record in everything if record.group or times[alike[record.id]] > 1]


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
    several = (members for members in _gather(manifest.records, alike) if len(members) > 1)
    groups = (_group(members, alike) for members in several)
    names = {record.id: group.name for group in groups for record in group.records}
    return manifest.with_records(
        replace(record, group=names[record.id])
        if names.get(record.id, record.group) != record.group
        else record
        for record in manifest.records
    )


def _gather(records: Sequence[Record], alike: Mapping[str, str]) -> Iterable[tuple[Record, ...]]:
    """What is tied, directly or by way of others."""
    ties = Ties()
    together = tied(records, alike)
    known = {record.id for record in together}
    alone = [(record,) for record in records if record.id not in known]
    for record in together:
        word, *group = ties_of(record, alike)
        for tie in group:
            ties.tie(tie, word)
    members: defaultdict[str, list[Record]] = defaultdict(list)
    for record in together:
        members[ties.top(ties_of(record, alike)[0])].append(record)
    return [*alone, *(tuple(group) for group in members.values())]


def _group(records: tuple[Record, ...], alike: Mapping[str, str]) -> Group:
    given, word = records[0].group, alike[records[0].id]
    if len(records) > 1:
        given = min((record.group for record in records if record.group), default="")
        word = min(alike[record.id] for record in records)
    return Group(f"group:{given}" if given else f"word:{word}", given, records)
