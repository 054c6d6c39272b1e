"""Pictures with a spectrum like nature's, and what the index would say of their files."""

from pathlib import Path

import numpy as np

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.synthetic.fields import textures, window
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.degrade import save_as_jpeg
from ai_vs_human.image.fingerprints import take_fingerprints
from ai_vs_human.labels import Label


def picture(seed: int, size: int = 64) -> RgbImage:
    rng = np.random.default_rng(seed)
    planes = textures()[rng.integers(4, 20, 3)][(slice(None), *window(rng, size))]
    colours = np.einsum("chw,dc->hwd", planes, np.eye(3) * 0.3 + 0.7)
    return np.clip(128 + 28 * colours, 0, 255).astype(np.uint8)


def facts_of(pixels: RgbImage, kind: str = "PNG", quality: int = 0) -> ImageFacts:
    height, width, _ = pixels.shape
    digest = take_fingerprints(pixels).pixels_sha256
    return ImageFacts(
        sha256=digest,
        pixels_sha256=digest,
        perceptual_hash=0,
        thumbnail=bytes(192),
        size=1,
        width=width,
        height=height,
        format=kind,
        mode="RGB",
        has_alpha=False,
        has_icc=False,
        has_exif=False,
        jpeg_quality=quality,
        jpeg_tables="",
        jpeg_subsampling="4:2:0" if kind == "JPEG" else "",
    )


def as_jpeg_file(pixels: RgbImage, quality: int) -> tuple[RgbImage, ImageFacts]:
    saved = save_as_jpeg(pixels, quality, "4:2:0")
    return saved, facts_of(saved, "JPEG", quality)


def manifest_of(classes: dict[Label, list[ImageFacts]]) -> Manifest:
    records, facts = [], {}
    for label, files in classes.items():
        for number, one in enumerate(files):
            path = f"{label.key}/{number}"
            records.append(Record(id=path, path=path, label=label))
            facts[path] = one
    return Manifest(Path("images"), tuple(records), facts=facts)
