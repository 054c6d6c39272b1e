"""The list of images that a run learns from: one typed record an image, one CSV file a manifest."""

import csv
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from pathlib import Path
from typing import Final, Literal, Protocol, cast, get_args, runtime_checkable

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.errors import DataError
from ai_vs_human.labels import Label

Split = Literal["train", "val", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)
MANIFEST_NAME: Final = "manifest.csv"


@dataclass(frozen=True, slots=True)
class Record:
    """One image.

    Attributes:
        id: unique in its manifest.
        path: relative to the manifest's root, with forward slashes.
        label: who made it.
        generator: what made an AI image; empty for human images, `unknown` where nobody said.
        source: what made a human image; empty for AI images, `unknown` where nobody said.
        group: images that share it must not be parted by a split.
        split: train, val or test; empty while none is assigned.
    """

    id: str
    path: str
    label: Label
    generator: str = ""
    source: str = ""
    group: str = ""
    split: Split | Literal[""] = ""

    @property
    def origin(self) -> str:
        """The generator of an AI image, the source of a human one."""
        return self.generator if self.label is Label.AI else self.source

    def at(self, path: str) -> "Record":
        """The same of another file, whose path is its id; a third of the time of `replace`."""
        return Record(path, path, self.label, self.generator, self.source, self.group, self.split)

    def in_split(self, split: "Split | Literal['']") -> "Record":
        """The same in another split; a third of the time of `replace`."""
        return Record(
            self.id, self.path, self.label, self.generator, self.source, self.group, split
        )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no usable image, and why.

    Attributes:
        path: relative to the manifest's root, with forward slashes.
        reason: a sentence for a person.
    """

    path: str
    reason: str


@dataclass(frozen=True)
class Manifest:
    """Records under one root, and the files left out because they cannot be read.

    Attributes:
        root: the folder that paths are relative to.
        records: usable images.
        unreadable: the other files.
        facts: what is in each record's file, by its path; a record without is of a file that
            nobody has looked into.
    """

    root: Path
    records: tuple[Record, ...]
    unreadable: tuple[Unreadable, ...] = ()
    facts: Mapping[str, ImageFacts] = field(default_factory=dict, repr=False)
    _fingerprint: list[str] = field(default_factory=list, repr=False, compare=False)

    def __len__(self) -> int:
        """The number of usable images."""
        return len(self.records)

    def part(self, split: Split) -> "Manifest":
        """The records of one split."""
        return self.with_records(r for r in self.records if r.split == split)

    def with_records(self, records: Iterable[Record]) -> "Manifest":
        """The same files, of which other records are told."""
        return Manifest(self.root, tuple(records), self.unreadable, self.facts)

    @property
    def contents(self) -> dict[str, str]:
        """SHA-256 of each record's file, by the record's id; facts must be known."""
        return {record.id: self.facts[record.path].sha256 for record in self.records}

    @property
    def fingerprint(self) -> str:
        """SHA-256 over records and bytes of files, in order of ids, wherever the root lies."""
        if not self._fingerprint:
            rows = sorted("\x1f".join(self._marks(record)) for record in self.records)
            self._fingerprint.append(hashlib.sha256("\x1e".join(rows).encode()).hexdigest())
        return self._fingerprint[0]

    def _marks(self, record: Record) -> list[str]:
        facts = self.facts.get(record.path)
        return [*_row(record), *([] if facts is None else [facts.sha256])]


@runtime_checkable
class Source(Protocol):
    """Where images come from."""

    def prepare(self) -> Manifest:
        """Make sure that the images are there, and list them with the splits that they were given.

        Idempotent, and cheap when called again: every process of a run calls it.

        Raises:
            DataError: if there are no usable images, with what to do about it.
        """
        ...


_COLUMNS: Final = tuple(f.name for f in fields(Record))


_VALUES: Final = attrgetter(*(name for name in _COLUMNS if name != "label"))
_LABEL_AT: Final = _COLUMNS.index("label")


def _row(record: Record) -> list[str]:
    row = list(_VALUES(record))
    row.insert(_LABEL_AT, record.label.key)
    return row


def write_manifest(
    path: Path, records: Iterable[Record], extra: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Write records as CSV, all or nothing.

    Args:
        path: the file to write.
        records: what to write, in this order.
        extra: further columns by record id; readers keep only the columns of `Record`.
    """
    extra = extra or {}
    names = list(dict.fromkeys(name for columns in extra.values() for name in columns))
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*_COLUMNS, *names])
        for record in records:
            more = extra.get(record.id, {})
            writer.writerow([*_row(record), *(more.get(name, "") for name in names)])
    partial.replace(path)


def read_manifest(path: Path) -> tuple[Record, ...]:
    """Read the records of a manifest file; only `path` and `label` are required columns.

    Raises:
        DataError: if a column is missing, a label or split is unknown, or an id stands twice.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = {"path", "label"} - set(reader.fieldnames or ())
        if missing:
            raise DataError(
                f"expected the columns path and label, but got {reader.fieldnames} ({path})",
                hint=f"add the column {' and '.join(sorted(missing))}",
            )
        records = tuple(
            parse_record(row, f"{path}, line {line}") for line, row in enumerate(reader, start=2)
        )
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            raise DataError(
                f"expected each id once, but got {record.id!r} again ({path})",
                hint="give every image its own id, or leave the column out",
            )
        seen.add(record.id)
    return records


def parse_record(row: Mapping[str, str], where: str) -> Record:
    """Read one record from the columns of a manifest; its path stands in for an id.

    Args:
        row: values by the names of `Record`'s attributes.
        where: file and line, for messages.

    Raises:
        DataError: if the label or the split is unknown.
    """
    values = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    try:
        label = Label.parse(values["label"])
    except ValueError as error:
        raise DataError(
            f"{error} ({where})", hint="write human or ai in the column label"
        ) from error
    if values["split"] and values["split"] not in SPLITS:
        raise DataError(
            f"expected a split among {', '.join(SPLITS)}, but got {values['split']!r} ({where})",
            hint="leave the column empty to have the images split for you",
        )
    return Record(
        id=values["id"] or values["path"],
        path=values["path"],
        label=label,
        generator=values["generator"] or ("unknown" if label is Label.AI else ""),
        source=values["source"] or ("unknown" if label is Label.HUMAN else ""),
        group=values["group"],
        split=cast("Split", values["split"]),
    )
