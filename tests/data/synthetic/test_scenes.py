import numpy as np
from numpy.random import default_rng

from ai_vs_human.data.synthetic.scenes import draw_scene


def test_a_scene_is_positive_light_and_no_uniform_field() -> None:
    for seed in range(20):
        light = draw_scene(default_rng(seed), 64)

        assert light.min() > 0
        assert light.max() < 4
        assert light.std() > 0.005


def test_scenes_differ_in_colour_and_content() -> None:
    thumbnails = np.stack(
        [draw_scene(default_rng(seed), 64)[:, ::8, ::8].ravel() for seed in range(20)]
    )

    distances = np.abs(thumbnails[:, None] - thumbnails[None]).mean(axis=2)

    assert distances[~np.eye(20, dtype=bool)].min() > 0.03


def test_a_larger_canvas_has_larger_leaves_not_more() -> None:
    def edges(size: int) -> float:
        lights = [draw_scene(default_rng(seed), size) for seed in range(12)]
        return float(np.mean([np.abs(np.diff(light, axis=2)).mean() for light in lights]))

    assert edges(128) < 0.8 * edges(64)
