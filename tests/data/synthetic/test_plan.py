from collections import Counter

import pytest

from ai_vs_human.data.manifest import SPLITS
from ai_vs_human.data.synthetic.plan import Scene, plan
from ai_vs_human.data.synthetic.spec import GENERATORS, Protocol, SetSpec


def _scenes(protocol: Protocol) -> dict[str, list[Scene]]:
    scenes = list(plan(SetSpec("small", "easy", protocol, holdout="diffusion")))
    return {split: [scene for scene in scenes if scene.split == split] for split in SPLITS}


@pytest.mark.parametrize("protocol", ["iid", "logo", "camera_holdout"])
def test_generators_are_balanced_within_each_split(protocol: Protocol) -> None:
    for scenes in _scenes(protocol).values():
        counts = Counter(scene.generator for scene in scenes).values()

        assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize("protocol", ["iid", "logo"])
def test_half_of_each_generators_images_come_from_photographs(protocol: Protocol) -> None:
    for split, scenes in _scenes(protocol).items():
        for generator in {scene.generator for scene in scenes}:
            sources = Counter(s.source for s in scenes if s.generator == generator)
            total = sources.total()

            assert sources["camera"] == pytest.approx(total / 2, abs=1), split
            assert sources["painting"] == pytest.approx(total / 4, abs=1)


def test_logo_shows_the_held_out_generator_only_in_the_test_split() -> None:
    scenes = _scenes("logo")

    for split in ("train", "val"):
        assert {s.generator for s in scenes[split]} == set(GENERATORS) - {"diffusion"}
    assert {scene.generator for scene in scenes["test"]} == set(GENERATORS)


def test_camera_holdout_shares_no_camera_between_training_and_test() -> None:
    scenes = _scenes("camera_holdout")
    cameras = {split: {c for s in scenes[split] for c in s.cameras} for split in SPLITS}

    assert not cameras["test"] & (cameras["train"] | cameras["val"])
    assert cameras["test"]
