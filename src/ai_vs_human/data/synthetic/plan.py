"""A set's description to its scenes: which split, human source, generator and cameras each has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ai_vs_human.data.manifest import SPLITS, Split
from ai_vs_human.data.synthetic.fields import CAMERA_COUNT
from ai_vs_human.data.synthetic.spec import GENERATORS, SetSpec

# Cameras make half of the human images.
SOURCES: Final = ("camera", "painting", "camera", "scan")
TEST_CAMERAS: Final = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """One pair of images to make.

    Attributes:
        split: the split of both.
        index: counts the split's scenes from 0.
        source: makes the human image.
        generator: makes the AI image from it.
        cameras: those that may take the picture.
    """

    split: Split
    index: int
    source: str
    generator: str
    cameras: range


def plan(spec: SetSpec) -> Iterator[Scene]:
    """All scenes of a set; generators are balanced within a split, sources within a generator."""
    for split in SPLITS:
        generators = _generators(spec, split)
        cameras = _cameras(spec, split)
        for index in range(spec.extent.scenes[split]):
            turn, place = divmod(index, len(generators))
            source = SOURCES[(turn + place) % len(SOURCES)]
            yield Scene(split, index, source, generators[place], cameras)


def _generators(spec: SetSpec, split: Split) -> tuple[str, ...]:
    if spec.protocol != "logo" or split == "test":
        return GENERATORS
    return tuple(name for name in GENERATORS if name != spec.holdout)


def _cameras(spec: SetSpec, split: Split) -> range:
    if spec.protocol != "camera_holdout":
        return range(CAMERA_COUNT)
    seen = CAMERA_COUNT - TEST_CAMERAS
    return range(seen, CAMERA_COUNT) if split == "test" else range(seen)
