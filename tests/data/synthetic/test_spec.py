import pytest

from ai_vs_human.data.synthetic.spec import EXTENTS, SetSpec, parse_spec
from ai_vs_human.errors import ConfigError

VALID = {"size": "tiny", "difficulty": "easy", "protocol": "iid", "holdout": "vae8"}


@pytest.mark.parametrize(
    ("key", "typo", "near"),
    [
        ("size", "smal", "small"),
        ("difficulty", "meduim", "medium"),
        ("protocol", "camera-holdout", "camera_holdout"),
        ("holdout", "difusion", "diffusion"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(key: str, typo: str, near: str) -> None:
    with pytest.raises(ConfigError, match=rf"but got '{typo}' \(data\.{key}\)\n.*{key}={near}$"):
        parse_spec(**(VALID | {key: typo}), seed=0)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"at least 0, but got -1 \(data\.dataset_seed\)"):
        parse_spec(**VALID, seed=-1)


def test_sizes_are_what_the_config_promises() -> None:
    images = {size: SetSpec(size, "easy", "iid").images for size in EXTENTS}

    assert images == {"tiny": 240, "small": 6000, "base": 12000}


def test_a_canvas_can_be_shrunk_to_four_fifths_and_holds_whole_blocks() -> None:
    for extent in EXTENTS.values():
        assert extent.canvas * 0.8 >= extent.edge
        assert extent.canvas % 8 == 0


def test_only_what_changes_the_pixels_changes_the_name() -> None:
    assert SetSpec("tiny", "easy", "iid", 0, "vae8").name == "tiny-easy-iid-seed0-v2"
    assert SetSpec("tiny", "easy", "iid", 0, "diffusion").name == "tiny-easy-iid-seed0-v2"
    assert SetSpec("base", "hard", "logo", 3, "vae8").name == "base-hard-logo-vae8-seed3-v2"
