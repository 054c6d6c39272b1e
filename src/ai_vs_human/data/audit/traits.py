"""What is known of a file to the traits by which the classes could be told apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ai_vs_human.data.index.facts import ImageFacts

NO_JPEG: Final = "no JPEG"


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait of a file.

    Attributes:
        name: by which programs know it.
        title: for people.
        value: reads it: text, or a number to be put in order.
        phrase: what images of a value do or are: "are PNG files".
        is_cue: whether it may count as a shortcut. The size of a file in bytes does not: it
            says how well the pixels compress, which is what they show, and may be the very
            trace that a detector looks for.
        is_visible: whether decoded pixels can keep a trace of it, as a JPEG's quality does and
            a colour profile does not.
    """

    name: str
    title: str
    value: Callable[[ImageFacts], str | float]
    phrase: Callable[[str], str]
    is_cue: bool = True
    is_visible: bool = True

    def show(self, number: float) -> str:
        """A number in words."""
        if self.name == "size":
            return _bytes(number)
        if self.name == "jpeg_quality" and not number:
            return NO_JPEG
        return f"{number:.2f}" if self.name == "aspect" else f"{number:.0f}"


def _bytes(number: float) -> str:
    kilo = 1000
    for unit in ("B", "kB", "MB"):
        if number < kilo:
            return f"{number:.3g} {unit}"
        number /= kilo
    return f"{number:.3g} GB"


def _having(noun: str) -> Callable[[str], str]:
    return lambda value: f"have {noun}" if value == "yes" else f"have no {noun}"


def _yes(*, given: bool) -> str:
    return "yes" if given else "no"


def _jpeg(word: str) -> Callable[[str], str]:
    return lambda value: "are no JPEGs" if value == NO_JPEG else f"have {word} {value}"


TRAITS: Final = (
    Trait("format", "file format", lambda f: f.format, lambda v: f"are {v} files"),
    Trait(
        "dimensions",
        "width x height",
        lambda f: f"{f.width} x {f.height}",
        lambda v: f"measure {v} pixels",
    ),
    Trait("width", "width in pixels", lambda f: f.width, lambda v: f"are {v} pixels wide"),
    Trait("height", "height in pixels", lambda f: f.height, lambda v: f"are {v} pixels high"),
    Trait(
        "aspect",
        "width / height",
        lambda f: f.width / f.height,
        lambda v: f"are {v} times as wide as high",
    ),
    Trait("mode", "colour mode", lambda f: f.mode, lambda v: f"are of mode {v}"),
    Trait("alpha", "alpha channel", lambda f: _yes(given=f.has_alpha), _having("alpha channel")),
    Trait("jpeg_quality", "JPEG quality", lambda f: f.jpeg_quality, _jpeg("JPEG quality")),
    Trait(
        "jpeg_tables",
        "JPEG quantisation tables",
        lambda f: f.jpeg_tables or NO_JPEG,
        _jpeg("the quantisation tables"),
    ),
    Trait(
        "jpeg_subsampling",
        "JPEG chroma subsampling",
        lambda f: f.jpeg_subsampling or NO_JPEG,
        _jpeg("chroma subsampling"),
    ),
    Trait(
        "icc",
        "colour profile (ICC)",
        lambda f: _yes(given=f.has_icc),
        _having("colour profile"),
        is_visible=False,
    ),
    Trait("exif", "EXIF", lambda f: _yes(given=f.has_exif), _having("EXIF data"), is_visible=False),
    Trait("size", "file size", lambda f: f.size, lambda v: f"take {v}", is_cue=False),
)
