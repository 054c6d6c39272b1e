"""Whether the library of the shards' format is installed: it is an extra."""

from importlib.util import find_spec

from ai_vs_human.errors import StorageError


def check_library() -> None:
    """Refuse work on shards before it begins.

    Raises:
        StorageError: if litdata is not installed.
    """
    if find_spec("litdata") is None:
        raise StorageError(
            "expected the package litdata, which shards need, but got none",
            hint="uv sync --extra streaming",
        )
