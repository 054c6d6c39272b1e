"""Questions to Kaggle to answers, through kagglehub; its exceptions to sentences with a remedy.

Import it where it is needed: kagglehub is optional, and takes half a second.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Final

import requests
from kagglehub.clients import build_kaggle_client, download_file
from kagglehub.exceptions import DataCorruptionError
from kagglehub.handle import DatasetHandle
from kagglesdk.datasets.types.dataset_api_service import (  # type: ignore[import-untyped] # -- it ships no types
    ApiDownloadDatasetRequest,
    ApiGetDatasetRequest,
)

from ai_vs_human.data.fetch.room import check_room
from ai_vs_human.errors import StorageError

_COPY: Final = "data.root=<unpacked copy>"
_SIGN_IN: Final = "a token of https://www.kaggle.com/settings into ~/.kaggle/access_token"
_REFUSED: Final[Mapping[int, str]] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: f"put {_SIGN_IN}, or {_COPY}",
        HTTPStatus.FORBIDDEN: f"accept the terms on its page and put {_SIGN_IN}, or {_COPY}",
        HTTPStatus.NOT_FOUND: "data.handle=<owner>/<name> as in the address of its page",
    }
)
"""What to do about a refusal, by its status."""
_CUT: Final = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ConnectionError,
)


class KaggleClient:
    """What is asked of Kaggle about one data set, with the user's token if there is one.

    Args:
        owner: the first part of its handle.
        name: the second part.
    """

    def __init__(self, owner: str, name: str) -> None:
        self._owner = owner
        self._name = name

    def newest(self) -> int:
        """The number of the newest version.

        Raises:
            StorageError: if Kaggle cannot be reached, or refuses.
        """
        request = ApiGetDatasetRequest()
        request.owner_slug, request.dataset_slug = self._owner, self._name
        with self._told(), build_kaggle_client() as client:
            return int(
                client.datasets.dataset_api_client.get_dataset(request).current_version_number
            )

    def fetch(self, version: int, archive: Path) -> None:
        """Fetch a version's archive; one that was begun is gone on with where Kaggle allows it.

        A connection that is cut is opened again as long as there is more of the archive each time.

        Raises:
            StorageError: if it cannot be fetched whole, as far as its size and MD5 tell.
        """
        before = -1
        with self._told():
            while True:
                try:
                    self._fetch_once(version, archive)
                except _CUT:
                    size = archive.stat().st_size if archive.exists() else -1
                    if size <= before:
                        raise
                    before = size
                else:
                    return

    def _fetch_once(self, version: int, archive: Path) -> None:
        request = ApiDownloadDatasetRequest()
        request.owner_slug, request.dataset_slug = self._owner, self._name
        request.dataset_version_number = version
        with (
            build_kaggle_client() as client,
            client.datasets.dataset_api_client.download_dataset(request) as response,
        ):
            size = int(response.headers.get("Content-Length", 0))
            check_room(archive.parent, size, f"the archive of {self._owner}/{self._name}")
            handle = DatasetHandle(self._owner, self._name, version)
            download_file(response, str(archive), handle)

    @contextmanager
    def _told(self) -> Iterator[None]:
        what = f"data.handle={self._owner}/{self._name}"
        try:
            yield
        except DataCorruptionError as error:
            raise StorageError(
                f"expected an archive with the MD5 that Kaggle tells, but got another ({what})",
                hint=f"start again, or {_COPY}",
            ) from error
        except requests.RequestException as error:
            # A refusal counts as false
            status = None if error.response is None else error.response.status_code
            raise StorageError(
                f"expected Kaggle to give the data set, but got: {_short(error)} ({what})",
                hint=_REFUSED.get(status or 0, f"start again with a network, or {_COPY}"),
            ) from error
        except (OSError, ValueError) as error:
            raise StorageError(
                f"expected the data set to be fetched, but got: {error} ({what})",
                hint=f"mend it, or {_COPY}",
            ) from error


def _short(error: requests.RequestException) -> str:
    """The innermost cause: the outer ones repeat it with addresses of objects."""
    cause: BaseException = error
    while isinstance(reason := getattr(cause, "reason", None) or _first(cause), BaseException):
        cause = reason
    return f"{type(cause).__name__}: {cause}" if cause is not error else str(error)


def _first(error: BaseException) -> object:
    return error.args[0] if error.args else None
