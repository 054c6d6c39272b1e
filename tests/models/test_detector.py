"""Bytes to logits, for every front-end and backbone of the config."""

from pathlib import Path

import pytest
import torch
import yaml

from ai_vs_human.models.detector import build_detector

CONF = Path(__file__).parents[2] / "conf" / "model"


def spec(part: str, name: str) -> dict[str, object]:
    values = yaml.safe_load((CONF / part / f"{name}.yaml").read_text())
    base = next((one for one in values.pop("defaults", []) if one != "_self_"), None)
    return values if base is None else {**spec(part, base), **values}


def some_bytes(images: int = 2, size: int = 32) -> torch.Tensor:
    return torch.randint(0, 256, (images, 3, size, size), dtype=torch.uint8)


@pytest.mark.parametrize("name", sorted(path.stem for path in (CONF / "frontend").glob("*.yaml")))
def test_every_frontend_fits_a_backbone(name: str) -> None:
    detector = build_detector(spec("frontend", name), spec("backbone", "cnn"))

    assert detector(some_bytes()).shape == (2,)


@pytest.mark.parametrize("name", sorted(path.stem for path in (CONF / "backbone").glob("*.yaml")))
def test_every_backbone_takes_more_than_three_planes(name: str) -> None:
    detector = build_detector(spec("frontend", "srm"), spec("backbone", name))

    assert detector(some_bytes()).shape == (2,)


def test_the_npr_network_has_the_size_of_its_paper() -> None:
    detector = build_detector(spec("frontend", "npr"), spec("backbone", "npr"))

    parameters = sum(parameter.numel() for parameter in detector.parameters())

    assert parameters == pytest.approx(1.44e6, rel=0.01)


def test_the_loudest_and_the_darkest_byte_stay_finite() -> None:
    detector = build_detector(spec("frontend", "none"), spec("backbone", "cnn")).eval()
    extremes = torch.stack(
        [torch.full((3, 16, 16), value, dtype=torch.uint8) for value in (0, 255)]
    )

    assert detector(extremes).isfinite().all()
