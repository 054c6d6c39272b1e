"""A set's scenes to PNG files in a folder, and what its manifest says about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.synthetic.forge import Picture, forge
from ai_vs_human.data.synthetic.plan import Scene
from ai_vs_human.data.synthetic.spec import SetSpec
from ai_vs_human.labels import Label


@dataclass(frozen=True, slots=True)
class Work:
    """What one process does at a time: some scenes of a set, written below a folder."""

    spec: SetSpec
    folder: Path
    scenes: Sequence[Scene]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the manifest.

    Attributes:
        record: what every manifest says.
        extra: further columns: camera_id, scene_id, jpeg_q (0 where there was no JPEG), resize
            (a factor, 1 where there was none), alpha, seed.
    """

    record: Record
    extra: dict[str, str]


def write_scenes(work: Work) -> list[Entry]:
    """Write both images of each scene as `<split>/<ai|human>/<origin>/<id>.png`."""
    return [
        _write(work, scene, picture) for scene in work.scenes for picture in forge(work.spec, scene)
    ]


def _write(work: Work, scene: Scene, picture: Picture) -> Entry:
    path = f"{scene.split}/{picture.label.key}/{picture.origin}/{picture.id}.png"
    file = work.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture.delivered.pixels).save(file)
    group = f"{scene.split}-{scene.index:05d}"
    ai = picture.label is Label.AI
    record = Record(
        id=picture.id,
        path=path,
        label=picture.label,
        generator=picture.origin if ai else "",
        source="" if ai else picture.origin,
        group=group,
        split=scene.split,
    )
    return Entry(
        record,
        {
            "camera_id": "" if picture.camera is None else f"camera{picture.camera:02d}",
            "scene_id": group,
            "jpeg_q": str(picture.delivered.jpeg_quality),
            "resize": f"{picture.delivered.scale:.4f}",
            "alpha": str(work.spec.trace.alpha if ai else 0.0),
            "seed": str(work.spec.seed),
        },
    )
