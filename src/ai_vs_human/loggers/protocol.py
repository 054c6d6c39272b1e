"""What the rest of the project asks of a logger beyond Lightning's numbers: images, and an end."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@runtime_checkable
class ImageLogger(Protocol):
    """A logger that shows images."""

    def log_images(
        self, key: str, images: Sequence[NDArray[np.uint8]], captions: Sequence[str], step: int
    ) -> None:
        """Show images together, under one name.

        Args:
            key: the panel's name, such as `val/images`.
            images: RGB in [0, 255], height x width x 3; sizes may differ.
            captions: one for each image.
            step: optimizer steps taken so far.
        """
        ...


@runtime_checkable
class Closable(Protocol):
    """A logger that must be told that its run is over, and how it went."""

    def close(self, *, failed: bool) -> None:
        """End the run; nothing may be logged afterwards.

        Args:
            failed: the run ended with an error or was interrupted.
        """
        ...
