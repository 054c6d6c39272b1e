"""A folder to the version that a `.dvc` file beside or above it names, without DVC itself."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

_REPOSITORY: Final = ".dvc"
_IGNORE_NAME: Final = ".dvcignore"
_ALWAYS_IGNORED: Final = (".dvc", ".git", ".hg")
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class VersionedFolder:
    """A folder, and the version of it that a `.dvc` file names.

    Attributes:
        file: the `.dvc` file.
        folder: what it versions.
        md5: of the version: 32 hexadecimal digits and `.dir`.
        files: how many it has; None where the file does not say.
        size: their bytes in all; None where the file does not say.
    """

    file: Path
    folder: Path
    md5: str
    files: int | None
    size: int | None

    @classmethod
    def around(cls, folder: Path) -> "VersionedFolder | None":
        """The versioned folder that a folder is, or lies in; None if no `.dvc` file names one.

        It is looked for upwards as far as the root of the DVC repository.
        """
        folder = folder.expanduser().resolve()
        for above in folder.parents:
            for path in sorted(above.glob(f"*{_REPOSITORY}")):
                for one in _outputs(path):
                    if one.folder == folder or one.folder in folder.parents:
                        return one
            if (above / _REPOSITORY).is_dir():
                return None
        return None

    @property
    def repository(self) -> Path:
        """The folder with DVC's settings, or that of the `.dvc` file where there are none."""
        above = self.file.parents
        return next((one for one in above if (one / _REPOSITORY).is_dir()), self.file.parent)

    def looks_complete(self) -> bool | None:
        """Whether number and bytes of the files are the version's; None if those are not known.

        A hundred times quicker than reading the files; a file that was changed to another of the
        same size is not noticed.
        """
        if self.files is None or self.size is None:
            return None
        sizes = [path.stat().st_size for path in self.paths() if path.exists()]
        return len(sizes) == self.files and sum(sizes) == self.size

    def paths(self) -> Iterator[Path]:
        """Every file below the folder that DVC would look at."""
        ignored = _ignored(self.repository)
        for above, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not _is_any(name, ignored)]
            yield from (Path(above, name) for name in names if not _is_any(name, ignored))

    def now(self) -> str:
        """The `md5` of the files as they are now: all of them are read."""
        listed = sorted(
            (
                {"md5": _md5(path), "relpath": path.relative_to(self.folder).as_posix()}
                for path in self.paths()
            ),
            key=lambda entry: entry["relpath"],
        )
        text = json.dumps(listed, sort_keys=True)
        return f"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}.dir"

    def to_dict(self) -> dict[str, Any]:
        """What a run's record says; the `.dvc` file's place is told from the repository."""
        return {
            "file": self.file.relative_to(self.repository).as_posix(),
            "md5": self.md5,
            "looks_complete": self.looks_complete(),
        }


def _outputs(path: Path) -> Iterator[VersionedFolder]:
    """The folders that a `.dvc` file names; none where it cannot be understood."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        outputs = list(values["outs"])
        base = path.parent / values.get("wdir", ".")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError):
        return
    for one in outputs:
        if isinstance(one, dict) and str(one.get("md5", "")).endswith(".dir") and "path" in one:
            folder = (base / str(one["path"])).resolve()
            files, size = (_number(one.get(key)) for key in ("nfiles", "size"))
            yield VersionedFolder(path, folder, str(one["md5"]), files, size)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _ignored(repository: Path) -> tuple[str, ...]:
    """Names that the repository's `.dvcignore` passes over wherever they are."""
    try:
        lines = (repository / _IGNORE_NAME).read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.strip() for line in lines if not line.startswith(("#", "!"))]
    return (*_ALWAYS_IGNORED, *(name for name in names if name and "/" not in name))


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)  # DVC's choice: it names contents, it guards none
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
