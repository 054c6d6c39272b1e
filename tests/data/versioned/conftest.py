"""A DVC repository of the test's own, with a folder of two classes in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.data.versioned.toys import add, write_images


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The root; `photos/` lies in it, `photos.dvc` names it, and DVC's cache has it."""
    from dvc.repo import Repo  # noqa: PLC0415 -- a second, which the tests beside do not need

    root = tmp_path / "project"
    root.mkdir()
    with Repo.init(str(root), no_scm=True):
        pass
    write_images(root / "photos")
    add(root / "photos")
    return root


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bucket on the loopback; nobody needs a key for it."""
    from gcp_storage_emulator.server import create_server  # noqa: PLC0415 -- as above
    from gcsfs import GCSFileSystem  # noqa: PLC0415 -- as above

    server: Any = create_server("127.0.0.1", 0, in_memory=True, default_bucket="bucket")
    server.start()
    port = server._api._httpd.socket.getsockname()[1]
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
    # Else gcsfs asks for the kind of bucket in another protocol, which hangs.
    monkeypatch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    # Else gcsfs asks for credentials where a machine of Google's has them, which takes its time.
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("GCE_METADATA_HOST", "127.0.0.1:1")
    GCSFileSystem.clear_instance_cache()
    yield "gs://bucket/store"
    server.stop()
    GCSFileSystem.clear_instance_cache()
