from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from ai_vs_human.loggers.protocol import Closable, ImageLogger
from ai_vs_human.loggers.tensorboard import TensorBoardLogger
from tests.loggers.tiny import fit

pytestmark = pytest.mark.filterwarnings(
    # torch's own pytree, called by Lightning's CombinedLoader
    "ignore:.*LeafSpec.*:FutureWarning"
)


def test_scalars_images_and_captions_stand_in_the_event_file(tmp_path: Path) -> None:
    images = [np.zeros((8, 6, 3), np.uint8), np.zeros((5, 7, 3), np.uint8)]
    logger = TensorBoardLogger(save_dir=tmp_path, name="tensorboard", version="")
    logger.log_hyperparams({"seed": 0, "model": {"scheduler": None, "sizes": [1, 2]}})
    fit(tmp_path, [logger])
    logger.log_images("val/images", images, ["a tree", "a house"], step=2)
    logger.finalize("success")

    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    (image,) = events.Images("val/images/01")
    (captions,) = events.Tensors("val/images/captions/text_summary")
    assert [one.value for one in events.Scalars("val/auroc")] == [0.75]
    assert (image.width, image.height, image.step) == (7, 5, 2)
    assert b"| 01 | a house |" in captions.tensor_proto.string_val[0]


def test_it_shows_images_and_needs_no_end(tmp_path: Path) -> None:
    logger = TensorBoardLogger(save_dir=tmp_path)

    assert isinstance(logger, ImageLogger)
    assert not isinstance(logger, Closable)
