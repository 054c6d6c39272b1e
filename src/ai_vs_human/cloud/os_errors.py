"""What fsspec's backends raise to errors that can be named."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def as_os_errors() -> Iterator[None]:
    """Every backend has exceptions of its own, which nobody can name before it is loaded.

    Raises:
        OSError: in their place.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
