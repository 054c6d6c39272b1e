"""The books of a training to a picture: energy.png, and the same for loggers that take images."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lightning.pytorch import Trainer

from ai_vs_human.loggers.protocol import ImageLogger
from ai_vs_human.reporting.energy_epochs import EnergyEpochs, read_epochs
from ai_vs_human.runs.whole_file import write_whole

CURVE_NAME: Final = "energy.png"
KEY: Final = "energy/curve"
_CAPTION: Final = "what the validation metric cost, epoch by epoch"

logger = logging.getLogger(__name__)


def draw_curve(report: Mapping[str, Any], folder: Path, trainer: Trainer) -> None:
    """Draw what energy.json holds, unless fewer than two epochs have joules and a metric.

    A picture that cannot be drawn costs a warning, and not the training.

    Args:
        report: what energy.json holds.
        folder: gets energy.png.
        trainer: of the run; its loggers get the picture.
    """
    run = read_epochs(report)
    if not run.is_curve:
        return
    try:
        _draw(run, folder, trainer)
    except Exception as error:  # noqa: BLE001 -- fonts, disks and loggers may fail in any way,
        # and the training is done: its figures are in energy.json
        logger.warning(
            "Expected to draw %s, but got %s: %s.", folder / CURVE_NAME, type(error).__name__, error
        )


def _draw(run: EnergyEpochs, folder: Path, trainer: Trainer) -> None:
    # Only here: matplotlib takes half a second, which a run without joules need not pay.
    from ai_vs_human.reporting.energy_curve import energy_curve  # noqa: PLC0415
    from ai_vs_human.reporting.figure import pixels, png  # noqa: PLC0415

    figure = energy_curve(run)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / CURVE_NAME, png(figure))
    for destination in trainer.loggers:
        if isinstance(destination, ImageLogger):
            destination.log_images(KEY, [pixels(figure)], [_CAPTION], trainer.global_step)
