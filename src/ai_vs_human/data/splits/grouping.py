"""Records to groups that a split must not part: equal bytes, and what the manifest groups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ai_vs_human.data.manifest import Record, Split


@dataclass(frozen=True)
class Group:
    """Images that belong together.

    Attributes:
        key: of content and given group alone, whatever the files are called and wherever they lie.
        given: the group's name in the manifest; empty where equal bytes alone make it.
        records: at least one.
    """

    key: str
    given: str
    records: tuple[Record, ...]

    @property
    def splits(self) -> set[Split]:
        """The splits that its records were given."""
        return {record.split for record in self.records if record.split}

    @property
    def stratum(self) -> tuple[tuple[int, str], ...]:
        """Label and origin of its records; several where they differ."""
        return tuple(sorted({(int(record.label), record.origin) for record in self.records}))

    def assigned(self, split: Split) -> tuple[Record, ...]:
        """Its records, in a split."""
        return tuple(r if r.split == split else replace(r, split=split) for r in self.records)


def group_records(records: Iterable[Record], contents: Mapping[str, str]) -> tuple[Group, ...]:
    """Gather records that share a group or their bytes, directly or by way of others.

    Args:
        records: in any order; the groups do not depend on it.
        contents: SHA-256 of each record's file, by the record's id.

    Returns:
        Groups in the order of their keys. The records of a group of several name it in `group`.
    """
    gathered = _gather(sorted(records, key=lambda record: record.id), contents)
    return tuple(sorted((_group(members, contents) for members in gathered), key=lambda g: g.key))


def _gather(records: Sequence[Record], contents: Mapping[str, str]) -> Iterable[tuple[Record, ...]]:
    """Connected components; each token (a group or a content) points to another or to itself."""
    parents: dict[str, str] = {}

    def top(token: str) -> str:
        parents.setdefault(token, token)
        while parents[token] != token:
            parents[token] = parents[parents[token]]
            token = parents[token]
        return token

    for record in records:
        if record.group:
            parents[top(_given(record))] = top(contents[record.id])
    members: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        members[top(contents[record.id])].append(record)
    return [tuple(group) for group in members.values()]


def _given(record: Record) -> str:
    return f"group:{record.group}"


def _group(records: tuple[Record, ...], contents: Mapping[str, str]) -> Group:
    given = min((record.group for record in records if record.group), default="")
    content = min(contents[record.id] for record in records)
    name = given or (f"same-{content[:16]}" if len(records) > 1 else "")
    key = f"group:{given}" if given else content
    return Group(
        key, given, tuple(r if r.group == name else replace(r, group=name) for r in records)
    )
