"""What one intact image file holds, as far as audits, splits and caches need to know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """One intact image.

    Attributes:
        sha256: of the file's bytes, in hexadecimal.
        width: in pixels, upright.
        height: in pixels, upright.
        format: one of `ai_vs_human.image.decode.FORMATS`.
    """

    sha256: str
    width: int
    height: int
    format: str
