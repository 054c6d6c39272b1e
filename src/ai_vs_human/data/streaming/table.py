"""Records and the facts of their files to one CSV file, and back: no image has to be fetched."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Record, read_manifest, write_manifest

_PREFIX: Final = "file_"
_WRITE: Final[Mapping[object, Callable[[Any], str]]] = {
    str: str,
    int: str,
    bool: lambda value: str(int(value)),
    bytes: bytes.hex,
}
_READ: Final[Mapping[object, Callable[[str], object]]] = {
    str: str,
    int: int,
    bool: lambda text: text == "1",
    bytes: bytes.fromhex,
}


def write_table(path: Path, records: Sequence[Record], facts: Mapping[str, ImageFacts]) -> None:
    """Write one line a record, all or nothing.

    Args:
        path: the file to write.
        records: what to write, in this order.
        facts: of each record's file, by the record's path.
    """
    columns = {record.id: _columns(facts[record.path]) for record in records}
    write_manifest(path, records, columns)


def read_table(path: Path) -> tuple[tuple[Record, ...], dict[str, ImageFacts]]:
    """The records in their order, and the facts of their files by path.

    Raises:
        DataError: if it is no manifest.
    """
    with path.open(newline="", encoding="utf-8") as file:
        facts = {row["path"]: _facts(row) for row in csv.DictReader(file)}
    return read_manifest(path), facts


def _columns(facts: ImageFacts) -> dict[str, str]:
    return {
        _PREFIX + field.name: _WRITE[field.type](getattr(facts, field.name))
        for field in fields(ImageFacts)
    }


def _facts(row: Mapping[str, str]) -> ImageFacts:
    values: dict[str, Any] = {
        field.name: _READ[field.type](row[_PREFIX + field.name]) for field in fields(ImageFacts)
    }
    return ImageFacts(**values)
