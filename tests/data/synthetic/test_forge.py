import hashlib
from dataclasses import replace

import numpy as np
import pytest

from ai_vs_human.data.synthetic.forge import Picture, forge, undelivered
from ai_vs_human.data.synthetic.plan import Scene, plan
from ai_vs_human.data.synthetic.spec import GENERATORS, SetSpec
from ai_vs_human.labels import Label

EASY = SetSpec("tiny", "easy", "iid")


def _hash(pictures: tuple[Picture, ...]) -> str:
    return hashlib.sha256(
        b"".join(picture.delivered.uncompressed.tobytes() for picture in pictures)
    ).hexdigest()


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return list(plan(EASY))


def test_an_image_alone_equals_itself_after_others(scenes: list[Scene]) -> None:
    in_order = [_hash(forge(EASY, scene)) for scene in scenes[:8]]

    alone = [_hash(forge(EASY, scene)) for scene in reversed(scenes[:8])]

    assert in_order == alone[::-1]
    assert len(set(in_order)) == 8


def test_another_seed_gives_another_image(scenes: list[Scene]) -> None:
    other = replace(EASY, seed=1)

    assert _hash(forge(EASY, scenes[0])) != _hash(forge(other, scenes[0]))


def test_control_pairs_are_identical_before_delivery(scenes: list[Scene]) -> None:
    control = replace(EASY, difficulty="control")

    for scene in scenes[:12]:
        human, ai, _ = undelivered(control, scene)

        assert np.array_equal(human, ai)


@pytest.mark.parametrize("generator", GENERATORS)
def test_difficulties_leave_less_and_less_of_a_generator(
    generator: str, scenes: list[Scene]
) -> None:
    chosen = [scene for scene in scenes if scene.generator == generator][:6]

    def change(difficulty: str) -> float:
        spec = SetSpec("tiny", difficulty, "iid")  # type: ignore[arg-type]
        pairs = [undelivered(spec, scene) for scene in chosen]
        return float(np.mean([np.abs(ai - human).mean() for human, ai, _ in pairs]))

    easy, medium, hard = change("easy"), change("medium"), change("hard")

    assert easy > medium > hard > 0


def test_a_pair_shares_its_content_but_not_its_delivery(scenes: list[Scene]) -> None:
    pairs = [forge(EASY, scene) for scene in scenes[:40]]

    assert {(human.label, ai.label) for human, ai in pairs} == {(Label.HUMAN, Label.AI)}
    ways = [
        (human.delivered.scale, human.delivered.jpeg_quality)
        == (ai.delivered.scale, ai.delivered.jpeg_quality)
        for human, ai in pairs
    ]
    assert np.mean(ways) < 0.3


def test_only_photographs_have_a_camera(scenes: list[Scene]) -> None:
    for scene in scenes[:12]:
        human, ai = forge(EASY, scene)

        assert (human.camera is not None) == (scene.source == "camera")
        assert human.camera == ai.camera
