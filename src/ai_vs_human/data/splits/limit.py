"""Records with splits to few of each class and split: the first by the hash of their content."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.splits.cut import hash_order
from ai_vs_human.labels import Label


def limit_images(
    records: Iterable[Record], contents: Mapping[str, str], limit: int, seed: int = 0
) -> tuple[Record, ...]:
    """At most `limit` images of each label and split: those whose content's hash comes first.

    It is applied after splitting, so that a trial on few images and the run on all of them
    agree on which images are for testing.
    """
    parts: defaultdict[tuple[Label, str], list[Record]] = defaultdict(list)
    for record in records:
        parts[record.label, record.split].append(record)
    kept: list[Record] = []
    for part in parts.values():
        part.sort(key=lambda record: (hash_order(seed, contents[record.id]), record.id))
        kept.extend(part[:limit])
    return tuple(sorted(kept, key=lambda record: record.id))
