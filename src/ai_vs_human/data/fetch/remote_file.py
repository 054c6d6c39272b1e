"""The address of one small file to a copy of it on this machine."""

import os
from pathlib import Path

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.data.fetch.remote import place_name
from ai_vs_human.errors import StorageError


def fetched_file(address: str, cache_dir: Path, key: str = "data.file") -> Path:
    """Fetch a file, whole or not at all, as it is now.

    Args:
        address: of the file, such as `gs://bucket/images.csv`.
        cache_dir: where the copy goes, in `remote/`.
        key: of the config that names the address, for messages.

    Raises:
        StorageError: if it cannot be fetched.
    """
    folder, _, name = address.rpartition("/")
    try:
        content = RemoteFolder(folder, key).read(name)
    except OSError as error:
        raise StorageError(
            f"expected a file that can be fetched, but got {address}: {error} ({key})",
            hint=f"look at the network and at your rights, or {key}=<a file here>",
        ) from error
    if content is None:
        raise StorageError(f"expected a file, but got none at {address} ({key})", f"{key}=<file>")
    path = cache_dir / "remote" / place_name(address) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
    return path
