"""A versioned folder to DVC's cache and a remote, and back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ai_vs_human.cloud.os_errors import as_os_errors
from ai_vs_human.data.versioned.folder import VersionedFolder
from ai_vs_human.errors import DataError, StorageError

_ASKED: Final = "asked"
"""The name, while DVC runs, of a remote that is given by its address."""


class DvcRepository:
    """What DVC does with one versioned folder.

    Args:
        versioned: the folder.
        remote: the name of a remote in DVC's settings, an address such as `gs://bucket/folder`, or
            a path; None is the default remote.

    Raises:
        DataError: if DVC is not installed, or the `.dvc` file lies in no DVC repository.
    """

    def __init__(self, versioned: VersionedFolder, remote: str | None = None) -> None:
        try:
            import dvc.repo  # noqa: F401, PLC0415 -- an extra, and a second
        except ModuleNotFoundError as error:
            raise DataError(
                f"expected DVC, for what {versioned.file} names, but got no package dvc",
                hint="uv sync --extra data",
            ) from error
        if not (versioned.repository / ".dvc").is_dir():
            raise DataError(
                f"expected a DVC repository around {versioned.file}, but got none",
                hint="run `dvc init` in the project's folder",
            )
        self.versioned = versioned
        self._address = remote if remote is None else _address(remote)
        self._remote = remote if self._address is None else _ASKED

    def keep(self) -> None:
        """Copy the folder, which is what the `.dvc` file names, into DVC's cache."""
        with self._open("kept in DVC's cache") as repository:
            repository.commit(str(self.versioned.file), force=True)

    def push(self) -> int:
        """Send the version from DVC's cache to the remote; the number of files that it lacked.

        Raises:
            StorageError: if the remote does not take it, or there is none.
            DataError: if neither this machine nor the remote has all files.
        """
        target = str(self.versioned.file)
        with self._open("sent to the remote") as repository:
            sent: int = repository.push([target], remote=self._remote)
            # DVC passes over files that its cache lacks; the remote may have them from elsewhere.
            lacking = _still_lacks(repository, target, self._remote)
        if lacking:
            raise DataError(
                f"expected all files of version {self.versioned.md5} in DVC's cache or the remote,"
                f" but got too few ({self.versioned.file})",
                hint="make data draws the embedded dataset, `dvc add` keeps your own images",
            )
        return sent

    def pull(self, folder: Path | None = None) -> None:
        """Fetch what is missing, and put it into place.

        Args:
            folder: inside the versioned one, where not all of it is wanted.

        Raises:
            StorageError: if the remote does not give it, or there is none.
            DataError: if files of the user's would be overwritten.
        """
        target = str(self.versioned.file if folder is None else folder)
        try:
            with self._open("fetched from the remote") as repository:
                lacking = _still_lacks(repository, target, self._remote)
                # DVC's checkout would remove all of a folder of which it lacks one file.
                if not lacking:
                    repository.checkout([target])
        except StorageError as error:
            if "unsaved files" in error.sentence:
                raise self._changed() from error
            raise
        if lacking:
            raise self._lacking()

    @contextmanager
    def _open(self, purpose: str) -> Iterator[Any]:
        """DVC's own object; what it and its file systems raise becomes one kind of error."""
        from dvc.repo import Repo  # noqa: PLC0415 -- an extra

        # It tells of every attempt with a traceback of its own.
        logging.getLogger("gcsfs").setLevel(logging.CRITICAL)
        remotes = {} if self._address is None else {_ASKED: {"url": self._address}}
        try:
            with (
                as_os_errors(),
                Repo(str(self.versioned.repository), config={"remote": remotes}) as repository,
            ):
                yield repository
        except OSError as error:
            place = self._address or self._remote or "the default remote of .dvc/config"
            raise StorageError(
                f"expected {self.versioned.folder} to be {purpose}, but got: {_first_line(error)}"
                f" ({place})",
                hint=_hint(error),
            ) from error

    def _changed(self) -> DataError:
        return DataError(
            f"expected the files that {self.versioned.file} names, but got changed ones"
            f" ({self.versioned.folder})",
            hint=f"`dvc add {self.versioned.folder.name}` keeps the changes,"
            f" `dvc checkout --force {self.versioned.file.name}` drops them",
        )

    def _lacking(self) -> StorageError:
        return StorageError(
            f"expected all files of version {self.versioned.md5}, but the remote lacks some"
            f" ({self.versioned.file})",
            hint="where they were made: `dvc push`, or `make data-push REMOTE=<address>`",
        )


def _still_lacks(repository: Any, target: str, remote: str | None) -> bool:
    """Whether DVC's cache is without some of a target, when what it lacked has been fetched.

    A remote is asked only where something is missing: not every start needs a network.
    """
    if _is_lacking(repository, target):
        repository.fetch([target], remote=remote)
    return _is_lacking(repository, target)


def _is_lacking(repository: Any, target: str) -> bool:
    found = repository.stage.collect_granular(target)
    return any(_lacks(out, one.filter_info) for one in found for out in one.stage.outs)


def _lacks(out: Any, folder: str | None) -> bool:
    """Whether DVC's cache is without a file of a version, or of a folder inside of it."""
    found = out.get_obj(filter_info=folder)
    if found is None:
        return True
    hashes = [part.value for _, _, part in found] if found.oid.endswith(".dir") else [found.oid]
    return not all(out.cache.exists(one) for one in hashes)


def _address(remote: str) -> str | None:
    """A URL as it is, a path as an absolute one; None for a remote's name."""
    if "://" in remote:
        return remote
    if any(mark in remote for mark in "/\\.~"):
        return str(Path(remote).expanduser().resolve())
    return None


def _first_line(error: OSError) -> str:
    return str(error).splitlines()[0]


def _hint(error: OSError) -> str:
    if _cause(error) in {"NoRemoteError", "RemoteConfigError", "RemoteNotFoundError"}:
        return "REMOTE=<address or folder>, or `dvc remote add --default <name> <address>`"
    return (
        "is the network there, and may you use the bucket?"
        " gcloud auth application-default login, or GOOGLE_APPLICATION_CREDENTIALS=<key file>"
    )


def _cause(error: BaseException) -> str:
    """The name of the class that everything began with."""
    while error.__cause__ is not None:
        error = error.__cause__
    return type(error).__name__
