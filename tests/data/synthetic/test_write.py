from pathlib import Path

import numpy as np
from PIL import Image

from ai_vs_human.data.synthetic.forge import forge
from ai_vs_human.data.synthetic.plan import plan
from ai_vs_human.data.synthetic.spec import SetSpec
from ai_vs_human.data.synthetic.write import Entry, Work, write_scenes

HOLDOUT = SetSpec("tiny", "medium", "camera_holdout", seed=4)


def _written(folder: Path, count: int = 12) -> list[Entry]:
    scenes = [scene for scene in plan(HOLDOUT) if scene.split == "test"][:count]
    return write_scenes(Work(HOLDOUT, folder, scenes))


def test_a_file_holds_the_delivered_pixels_below_its_split_label_and_origin(tmp_path: Path) -> None:
    human, ai = _written(tmp_path, 1)

    scene = next(scene for scene in plan(HOLDOUT) if scene.split == "test")
    pictures = forge(HOLDOUT, scene)
    assert human.record.path == f"test/human/{scene.source}/{human.record.id}.png"
    assert ai.record.path == f"test/ai/{scene.generator}/{ai.record.id}.png"
    for entry, picture in zip((human, ai), pictures, strict=True):
        pixels = np.asarray(Image.open(tmp_path / entry.record.path))
        assert np.array_equal(pixels, picture.delivered.pixels)


def test_the_further_columns_say_how_an_image_was_made(tmp_path: Path) -> None:
    human, ai = _written(tmp_path, 1)

    assert (human.extra["alpha"], ai.extra["alpha"]) == ("0.0", "0.75")
    assert human.extra["scene_id"] == human.record.group == ai.record.group
    assert human.extra["seed"] == "4"
    assert 0.8 <= float(human.extra["resize"]) <= 1.25
    assert human.extra["jpeg_q"] == "0" or 70 <= int(human.extra["jpeg_q"]) <= 96


def test_held_out_cameras_take_all_photographs_of_the_test_split(tmp_path: Path) -> None:
    cameras = {entry.extra["camera_id"] for entry in _written(tmp_path)} - {""}

    assert cameras
    assert cameras <= {"camera09", "camera10", "camera11"}
