"""A decoded image to the same image as if every file of its set had been saved alike."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from ai_vs_human.data.delivery.history import History, saved_before_cut
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.arrays import ResizedImage, RgbImage
from ai_vs_human.image.degrade import MCU, save_as_jpeg
from ai_vs_human.image.preprocess import Preprocess
from ai_vs_human.image.window import Window, cut

SizeLaw = Literal["keep", "crop", "resize"]
SUBSAMPLINGS: Final = ("4:4:4", "4:2:0")

# Raise it whenever the same law would give other pixels: caches of old ones are then left alone.
_VERSION: Final = 2
# Keeps these numbers apart from those of anything else that is drawn from the same seed.
_STREAM: Final = 0x64656C69766572


@dataclass(frozen=True, slots=True)
class Neutral:
    """One road for every image, whoever made it: a JPEG, a cut, and a JPEG again.

    1. An image whose file is no JPEG, or one of a quality or chroma that the other class lacks,
       is saved in a way drawn from those in which the set's JPEGs were saved (see `History.of`):
       it then has been as bad a JPEG as they have.
    2. A square is cut out at a random place, so that all have one size, and the grid of the
       first JPEG's blocks begins anywhere in all of them (see `random_place`).
    3. It is saved as JPEG of a quality drawn evenly from a range, with 4:4:4 or 4:2:0 chroma.

    What chance does follows from seed and content alone: the same image is always delivered the
    same way, in whichever stage, epoch and process.

    It knows what headers say, and no more. These remain, and can still tell classes apart where
    they differ in them: whether pictures were resized, and how; how large things are in a
    picture; what a camera or a programme did to colours and sharpness; the traces of WebP, of
    GIF's palette, and of a JPEG that was saved as PNG later; quantisation tables of other
    programmes at like quality.

    Attributes:
        quality: lowest and highest quality of the last JPEG, within 1 to 100 (Pillow's scale);
            None saves no image again.
        size: crop; resize, of the square in the middle (leaves traces of the factor); or keep.
        side: of the square in pixels; None with keep.
        history: how images are saved first that were not; None where all were.
        seed: another seed draws otherwise.
    """

    quality: tuple[int, int] | None
    size: SizeLaw
    side: int | None
    history: History | None
    seed: int = 0

    def __call__(self, pixels: RgbImage, facts: ImageFacts) -> ResizedImage:
        """The image as it is delivered.

        Args:
            pixels: as decoded.
            facts: of its file.
        """
        rng = content_rng(self.seed, facts.pixels_sha256)
        height, width, _ = pixels.shape
        window = Window(0, 0, height, width)
        if self.size == "crop" and self.side is not None:
            window = Window(
                random_place(height, self.side, rng),
                random_place(width, self.side, rng),
                self.side,
                self.side,
            )
        if self.history is not None and self.history.is_missing_in(facts):
            pixels = saved_before_cut(pixels, self.history.draw(rng), window)
        else:
            pixels = cut(pixels, window)
        if self.size == "resize":
            pixels = Preprocess("resize", self.side)(pixels)
        if self.quality is None:
            return pixels
        quality = int(rng.integers(*self.quality, endpoint=True))
        return save_as_jpeg(pixels, quality, SUBSAMPLINGS[int(rng.integers(2))])

    @property
    def key(self) -> str:
        """16 hexadecimal digits: laws that deliver alike have equal ones."""
        text = json.dumps([_VERSION, asdict(self)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def summary(self) -> str:
        """What is done to every image, in words."""
        done = []
        if self.history is not None:
            low, high = self.history.qualities
            done.append(
                f"saved as the set's JPEGs of quality {low} to {high} are, where they are none"
            )
        if self.side is not None:
            verb = "cut" if self.size == "crop" else "resized"
            done.append(f"{verb} to {self.side} x {self.side}")
        if self.quality is not None:
            low, high = self.quality
            done.append(f"saved as JPEG of quality {low} to {high}")
        return ", then ".join(done) or "left as they are"

    def describe(self) -> dict[str, Any]:
        """Plain values for result.json."""
        described: dict[str, Any] = {"size": self.size, "side": self.side, "quality": None}
        if self.quality is not None:
            described |= {"quality": list(self.quality), "subsampling": list(SUBSAMPLINGS)}
        if self.history is not None:
            described["history"] = {
                "jpegs": sum(self.history.counts),
                "quality": list(self.history.qualities),
            }
        return {"law": "neutral", **described, "seed": self.seed, "key": self.key}


def content_rng(seed: int, content: str) -> np.random.Generator:
    """The random numbers of one image's delivery: a place in a counter-based generator (Philox).

    Args:
        seed: at least 0.
        content: hexadecimal; its first 32 digits count.
    """
    counter = [0, 0, int(content[:16], 16), int(content[16:32], 16)]
    return np.random.Generator(np.random.Philox(key=[seed, _STREAM], counter=counter))


def random_place(length: int, side: int, rng: np.random.Generator) -> int:
    """Where a cut begins along an axis: as often at each pixel of a block of JPEG's grid.

    Were it drawn from all places, that would hold only in large images: one that is hardly
    larger than the cut would keep the grid's place, and its size could still be told.

    Args:
        length: of the image along the axis, in pixels.
        side: of the cut; from `length` - 14 on it has too few places, and takes any.
        rng: draws the place.
    """
    spare = length - side
    places = (spare + 1) // MCU * MCU
    if places <= 0:
        return int(rng.integers(min(0, spare), max(0, spare), endpoint=True))
    return int(rng.integers(spare + 2 - places) + rng.integers(places))
