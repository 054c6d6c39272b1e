"""Plain mappings to objects, and what is refused."""

import pytest

from ai_vs_human.build import build
from ai_vs_human.errors import ConfigError
from ai_vs_human.models.backbones import SmallCNN


def test_a_mapping_becomes_the_object_it_names() -> None:
    spec = {"_target_": "ai_vs_human.models.backbones.SmallCNN", "widths": [4], "_convert_": "all"}

    made = build(spec, in_channels=1)

    assert isinstance(made, SmallCNN)
    assert made.num_features == 4


def test_code_from_elsewhere_is_never_called() -> None:
    with pytest.raises(ConfigError, match=r"expected a _target_ below .*, but got os\.system"):
        build({"_target_": "os.system", "command": "true"})


def test_a_target_behind_an_allowed_name_is_not_reached() -> None:
    with pytest.raises(ConfigError, match="can be imported"):
        build({"_target_": "ai_vs_human.models.backbones.nothing"})


def test_a_key_that_is_not_taken_is_named() -> None:
    with pytest.raises(ConfigError, match=r"SmallCNN takes, but got: .*'width'"):
        build({"_target_": "ai_vs_human.models.backbones.SmallCNN", "width": [4]})


def test_a_mapping_without_a_target_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"expected a mapping with _target_, but got the keys"):
        build({"widths": [4]})
