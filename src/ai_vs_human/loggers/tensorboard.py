"""Metrics and images to TensorBoard's event files."""

from collections.abc import Sequence

import numpy as np
from lightning.pytorch.loggers import TensorBoardLogger as LightningTensorBoardLogger
from lightning.pytorch.utilities import rank_zero_only
from numpy.typing import NDArray


class TensorBoardLogger(LightningTensorBoardLogger):
    """Lightning's TensorBoard logger, which also shows images: `tensorboard --logdir outputs`.

    A resumed run adds a file. Steps that it repeats stand in both, with equal values.
    """

    @rank_zero_only
    def log_images(
        self, key: str, images: Sequence[NDArray[np.uint8]], captions: Sequence[str], step: int
    ) -> None:
        """Show images under `<key>/<number>` and their captions as one table, `<key>/captions`."""
        rows = ["| image | |", "|---|---|"]
        for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
            self.experiment.add_image(f"{key}/{number:02d}", image, step, dataformats="HWC")
            rows.append(f"| {number:02d} | {caption} |")
        self.experiment.add_text(f"{key}/captions", "\n".join(rows), step)
