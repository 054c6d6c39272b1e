"""One scene of a set to its pair of pictures: a human image and what a generator makes of it.

Every picture has a stream of random numbers of its own, found by its address: seed, split, scene
and purpose. No picture depends on another, on their order or on the number of processes.
"""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

import numpy as np
from numpy.random import Generator, Philox, SeedSequence

from ai_vs_human.data.manifest import SPLITS
from ai_vs_human.data.synthetic.acquisition import ACQUISITIONS
from ai_vs_human.data.synthetic.delivery import Delivered, deliver
from ai_vs_human.data.synthetic.generators import simulate
from ai_vs_human.data.synthetic.matching import match_bands
from ai_vs_human.data.synthetic.plan import Scene
from ai_vs_human.data.synthetic.planes import Planes
from ai_vs_human.data.synthetic.scenes import SUPERSAMPLING, draw_scene
from ai_vs_human.data.synthetic.spec import SetSpec
from ai_vs_human.labels import Label


class _Purpose(IntEnum):
    """The last number of a stream's address; a label's own number stands for its delivery."""

    DELIVER_HUMAN = Label.HUMAN
    DELIVER_AI = Label.AI
    SCENE = 2
    ACQUIRE = 3
    GENERATE = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """One image of a set, as it is written.

    Attributes:
        id: 32 hexadecimal digits that tell nothing about the image.
        label: who made it.
        origin: the generator or the human source.
        camera: number of the camera that took the picture; None where none did.
        delivered: the pixels and their way.
    """

    id: str
    label: Label
    origin: str
    camera: int | None
    delivered: Delivered


def forge(spec: SetSpec, scene: Scene) -> tuple[Picture, Picture]:
    """Make a scene's human image and its AI image, each delivered on its own."""
    human, ai, camera = undelivered(spec, scene)
    return (
        _picture(spec, scene, Label.HUMAN, human, camera),
        _picture(spec, scene, Label.AI, ai, camera),
    )


def undelivered(spec: SetSpec, scene: Scene) -> tuple[Planes, Planes, int | None]:
    """A scene's human image x, its AI image and the camera, before anything is done to them.

    The AI image is x + alpha (G(x) - x) for the generator G, with the colours and the sharpness
    of x (`match_bands`); it is x itself where alpha is 0.
    """
    light = draw_scene(_stream(spec, scene, _Purpose.SCENE), SUPERSAMPLING * spec.extent.canvas)
    rng = _stream(spec, scene, _Purpose.ACQUIRE)
    camera = int(rng.integers(scene.cameras.start, scene.cameras.stop))
    human = np.clip(ACQUISITIONS[scene.source](rng, light, camera), 0, 1, dtype=np.float32)
    taken_by = camera if scene.source == "camera" else None
    alpha = np.float32(spec.trace.alpha)
    if alpha == 0:
        return human, human, taken_by
    made = simulate(scene.generator, _stream(spec, scene, _Purpose.GENERATE), human)
    return human, match_bands(human + alpha * (made - human), human), taken_by


def _picture(
    spec: SetSpec, scene: Scene, label: Label, shown: Planes, camera: int | None
) -> Picture:
    rng = _stream(spec, scene, _Purpose(label))
    name = UUID(bytes=rng.bytes(16), version=4).hex
    delivered = deliver(rng, shown, spec.extent.edge, spec.trace.channel)
    origin = scene.generator if label is Label.AI else scene.source
    return Picture(name, label, origin, camera, delivered)


def _stream(spec: SetSpec, scene: Scene, purpose: _Purpose) -> Generator:
    address = [spec.seed, SPLITS.index(scene.split), scene.index, purpose]
    return Generator(Philox(SeedSequence(address)))
