"""A CSV file with columns and words of its own to records."""

import csv
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from ai_vs_human.data.manifest import SPLITS, Record, parse_record
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label

_REQUIRED: Final = ("path", "label")
_COLUMNS: Final = (*_REQUIRED, "generator", "source", "group", "split")
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Table:
    """What the columns of a CSV file are called, and what stands in them.

    Words may hold the wildcards `*` and `?`; one that is given in full comes before them.

    Attributes:
        columns: the file's names by ours: path, label, generator, source, group, split.
        labels: words by label, in any case.
        splits: words by split, in any case.
    """

    columns: Mapping[str, str]
    labels: Mapping[str, Sequence[str]]
    splits: Mapping[str, Sequence[str]]

    @classmethod
    def parse(
        cls,
        columns: Mapping[str, str | None],
        labels: Mapping[str, Sequence[str | int]],
        splits: Mapping[str, Sequence[str]],
    ) -> "Table":
        """From a config's plain mappings; a column that is null is not there.

        Raises:
            ConfigError: if a column, label or split is unknown, or a required one is null.
        """
        allowed = (
            (columns, _COLUMNS, "data.columns"),
            (labels, [label.key for label in Label], "data.labels"),
            (splits, SPLITS, "data.splits"),
        )
        for given, known, key in allowed:
            for name in given:
                if name not in known:
                    raise ConfigError(f"expected {', '.join(known)}, but got {name} ({key})")
        for name in _REQUIRED:
            if not columns.get(name):
                raise ConfigError(
                    f"expected the name of a column, but got none (data.columns.{name})",
                    hint=f"data.columns.{name}=<column>",
                )
        return cls(
            {name: column for name, column in columns.items() if column},
            {label: [str(word) for word in words] for label, words in labels.items()},
            splits,
        )

    def read(self, file: Path, root: Path, folder: Path) -> list[Record]:
        """The records of a file.

        Args:
            file: CSV with a line of names, in UTF-8.
            root: the folder that the records' paths are relative to.
            folder: the one that the file's paths are relative to, at or below the root.

        Raises:
            DataError: if a column is missing, a word unknown, a path elsewhere or there twice.
        """
        base, own = (posixpath.normpath(one.absolute().as_posix()) for one in (root, folder))
        bases = (base, root.resolve().as_posix())  # the root may be a link
        # A file in a folder of its own tells by the folder what made its images.
        origin = next(iter(folder.relative_to(root).parts), "")
        records: dict[str, Record] = {}
        for line, row in self._rows(file):
            where = f"{file}, line {line}"
            row["path"] = _below(row["path"].strip(), bases, own, where)
            record = self._record(row, origin, where)
            if record.path in records:
                raise DataError(
                    f"expected each image once, but got {record.path} again ({file}, line {line})",
                    hint="remove the line",
                )
            records[record.path] = record
        return list(records.values())

    def _rows(self, file: Path) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row's line and its values by our names."""
        line = 1
        try:
            with file.open(newline="", encoding="utf-8-sig") as opened:
                reader = csv.DictReader(opened)
                columns = self._present(reader.fieldnames or (), file)
                for row in reader:
                    line = reader.line_num
                    yield line, {ours: (row[column] or "") for ours, column in columns.items()}
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise DataError(
                f"expected a CSV file in UTF-8, but got: {error} ({file}, after line {line})",
                hint="data.file=<file>, saved as CSV in UTF-8",
            ) from error

    def _present(self, found: Sequence[str], file: Path) -> dict[str, str]:
        """The columns that are there; one that got a name of its own must be."""
        for ours, column in self.columns.items():
            if column not in found and (ours in _REQUIRED or column != ours):
                seen = ", ".join(found[:_SHOWN]) or "none"
                raise DataError(
                    f"expected the column {column}, but got {seen} ({file})",
                    hint=f"data.columns.{ours}=<column>",
                )
        return {ours: column for ours, column in self.columns.items() if column in found}

    def _record(self, row: Mapping[str, str], origin: str, where: str) -> Record:
        label = _meant(self.labels, row["label"], "labels", where)
        split = _meant(self.splits, row.get("split", ""), "splits", where)
        maker = "generator" if label == Label.AI.key else "source"
        made_by = {maker: row.get(maker) or origin}
        return parse_record({**row, **made_by, "label": label, "split": split}, where)


def _meant(meanings: Mapping[str, Sequence[str]], word: str, key: str, where: str) -> str:
    """The meaning of a word; none for no split."""
    said = word.strip().lower()
    if not said and key == "splits":
        return ""
    for is_meant in (str.__eq__, fnmatchcase):
        for meaning, words in meanings.items():
            if said and any(is_meant(said, one.lower()) for one in words):
                return meaning
    known = ", ".join(one for words in meanings.values() for one in words)
    raise DataError(
        f"expected one of {known}, but got {word.strip()!r} ({where})",
        hint=f"data.{key}.{next(iter(meanings), 'ai')}=[{word.strip()}], or as it is meant",
    )


def _below(path: str, roots: Sequence[str], folder: str, where: str) -> str:
    """A path of a file, relative to the root by one of its names; as text, of maybe millions."""
    full = posixpath.normpath(posixpath.join(folder, path))
    for root in roots if path else ():
        above = root if root.endswith("/") else f"{root}/"  # the root of all is one itself
        if full.startswith(above):
            return full[len(above) :]
    raise DataError(
        f"expected a path below {roots[0]}, but got {path!r} ({where})",
        hint="data.root=<the folder that the paths are relative to>",
    )
