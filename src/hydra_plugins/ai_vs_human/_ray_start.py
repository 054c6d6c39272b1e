"""Ray, started or joined from this process, also where AMD's bindings lack their library."""

import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final

_PATH: Final = "PYTHONPATH"
_NO_UV: Final = "RAY_ENABLE_UV_RUN_RUNTIME_ENV"
_SHIM: Final = Path(__file__).parent / "_without_amdsmi"


def start_ray(options: Mapping[str, Any]) -> dict[str, str]:
    """Join the cluster, or start one, if that is not done yet.

    Zeus brings AMD's bindings, which raise a KeyError where there is no AMD driver; Ray 2.60 asks
    for them in each of its processes and minds nothing but an ImportError.

    Args:
        options: of `ray.init`.

    Returns:
        What a job must have in its environment to see none of this.
    """
    # Below `uv run`, Ray would have each worker make the environment again, from a copy of this
    # folder; the machines of a cluster have theirs.
    os.environ.setdefault(_NO_UV, "0")
    before = os.environ.get(_PATH, "")
    if not _has_amd():
        sys.path.insert(0, str(_SHIM))
        os.environ[_PATH] = os.pathsep.join(filter(None, (str(_SHIM), before)))
    try:
        import ray  # noqa: PLC0415 -- it asks for them when it is imported

        if not ray.is_initialized():
            ray.init(**options)
    finally:
        if str(_SHIM) in sys.path:
            sys.path.remove(str(_SHIM))
        os.environ[_PATH] = before
    return {_PATH: before}


def _has_amd() -> bool:
    try:
        with redirect_stdout(StringIO()):  # it prints that it found no library
            import amdsmi  # noqa: F401, PLC0415 -- whether that works is the question
    except (ImportError, KeyError, OSError):
        return False
    return True
