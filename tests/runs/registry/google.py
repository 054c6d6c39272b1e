"""A bucket on the loopback, reached as Google's are: `gs://mine/…`, here and in other processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest
from fsspec.registry import _registry as fsspec_registry
from gcsfs.core import GCSFileSystem

from tests.runs.registry.bucket_server import bucket_server


@contextmanager
def bucket_at(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Serve the folders below `root` as buckets; gives what other processes need in their
    environment to reach them.
    """
    # gcsfs' own choice looks for credentials first, for up to a minute
    monkeypatch.setitem(fsspec.config.conf, "gs", {"token": "anon"})
    monkeypatch.setitem(fsspec_registry, "gs", GCSFileSystem)
    with bucket_server(root) as address:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        yield {
            "STORAGE_EMULATOR_HOST": address,
            "FSSPEC_GS_TOKEN": "anon",
            "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
        }
