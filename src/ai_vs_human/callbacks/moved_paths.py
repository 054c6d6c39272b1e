"""A callback's state with paths in a folder to the same state where that folder lies now."""

from pathlib import Path
from typing import Any


def moved_paths(state: Any, old: Path, new: Path) -> Any:
    """The state with each path below `old` replaced by its counterpart below `new`.

    A path without a counterpart stays as it is: what is not there was not moved.

    Args:
        state: dicts, lists and plain values; paths may be keys too.
        old: the folder where the state was written.
        new: the same folder, or a copy of it, today.
    """
    if isinstance(state, dict):
        return {moved_paths(k, old, new): moved_paths(v, old, new) for k, v in state.items()}
    if isinstance(state, list):
        return [moved_paths(item, old, new) for item in state]
    if not isinstance(state, str) or not Path(state).is_relative_to(old):
        return state
    counterpart = new / Path(state).relative_to(old)
    return str(counterpart) if counterpart.exists() else state
