"""A run's images to the split.csv in its folder, which decides their splits from then on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lightning.pytorch.utilities import rank_zero_only

from ai_vs_human.data.images import Images
from ai_vs_human.data.splits.file import SPLIT_NAME, write_split
from ai_vs_human.runs.stored import read_stored


@rank_zero_only
def keep_split(images: Images, folder: Path) -> None:
    """Write where every image went; not where `data.test_on=all` has no splits."""
    if images.test_on != "all":
        write_split(folder / SPLIT_NAME, images.divided, images.folds)


def in_own_split(data: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """A config's images, split as they were when the run in a folder began.

    Somebody may have added images since, and by their shares alone others would move: some that
    the run has learnt from would be for testing. Where `data.split` is not what the run began
    with, the new words decide.

    Args:
        data: what the config has below `data`.
        folder: of a run; without its `split.csv` nothing changes.
    """
    split, began = data.get("split"), read_stored(folder).get("data", {}).get("split")
    if not isinstance(split, Mapping) or split != began or "file" not in split:
        return data
    own = folder / SPLIT_NAME
    return {**data, "split": {**split, "file": str(own)}} if own.is_file() else data
