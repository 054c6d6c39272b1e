"""What one intact image file holds, as far as audits, splits and caches need to know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """One intact image.

    Attributes:
        sha256: of the file's bytes, in hexadecimal.
        pixels_sha256: of the upright RGB pixels and their shape, in hexadecimal: files of other
            formats can hold equal pixels.
        perceptual_hash: 64 bits, unsigned, see `ai_vs_human.image.fingerprints`.
        thumbnail: 8 x 8 pixels of RGB, row by row, 192 bytes.
        size: of the file, in bytes.
        width: in pixels, upright.
        height: in pixels, upright.
        format: one of `ai_vs_human.image.decode.FORMATS`.
        mode: Pillow's, before the conversion to RGB: RGB, RGBA, L, P and others.
        has_alpha: whether the file can be transparent anywhere.
        has_icc: whether it brings a colour profile.
        has_exif: whether it brings EXIF.
        jpeg_quality: estimated, 1 to 100; 0 if the file is no JPEG.
        jpeg_tables: 16 hexadecimal digits that tell quantisation tables apart; empty if the file
            is no JPEG.
        jpeg_subsampling: of colours, such as 4:2:0; empty if the file is no JPEG.
    """

    sha256: str
    pixels_sha256: str
    perceptual_hash: int
    thumbnail: bytes
    size: int
    width: int
    height: int
    format: str
    mode: str
    has_alpha: bool
    has_icc: bool
    has_exif: bool
    jpeg_quality: int
    jpeg_tables: str
    jpeg_subsampling: str
