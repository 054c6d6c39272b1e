"""An image and a strength to what editors and websites make of it, at the same size."""

import io
from typing import Final

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.decode import decode_image
from ai_vs_human.image.window import Window, cut, random_window

_KERNELS: Final = (
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)
MCU: Final = 16
"""Side in pixels of JPEG's largest coding unit (4:2:0)."""


def jitter_colour(
    image: RgbImage, brightness: float, contrast: float, saturation: float
) -> RgbImage:
    """Other brightness, contrast and saturation; each is a factor, and 1 changes nothing."""
    picture = Image.fromarray(image)
    picture = ImageEnhance.Brightness(picture).enhance(brightness)
    picture = ImageEnhance.Contrast(picture).enhance(contrast)
    return np.asarray(ImageEnhance.Color(picture).enhance(saturation))


def resample(image: RgbImage, scale: float, rng: np.random.Generator) -> RgbImage:
    """Resized once, by a kernel that chance picks, then cut or filled by reflection.

    It is not resized back: that would leave the traces of two resamplings.

    Args:
        image: what to resize.
        scale: factor on both sides.
        rng: picks the kernel and the place.
    """
    height, width, _ = image.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    kernel = _KERNELS[int(rng.integers(len(_KERNELS)))]
    resized = np.asarray(Image.fromarray(image).resize(size, kernel))
    return cut(resized, random_window(size[1], size[0], height, width, rng))


def blur(image: RgbImage, sigma: float) -> RgbImage:
    """Gaussian blur (Pillow's, by box filters of the same variance).

    Args:
        image: what to blur.
        sigma: standard deviation in pixels.
    """
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(sigma)))


def add_noise(image: RgbImage, sigma: float, rng: np.random.Generator) -> RgbImage:
    """Independent Gaussian noise on every value.

    Args:
        image: what to add it to.
        sigma: standard deviation in grey levels of 255.
        rng: draws the noise.
    """
    noisy = image + np.float32(sigma) * rng.standard_normal(image.shape, dtype=np.float32)
    levels: RgbImage = np.rint(noisy).clip(0, 255).astype(np.uint8)
    return levels


def recompress(image: RgbImage, quality: int, rng: np.random.Generator) -> RgbImage:
    """Saved as JPEG and read again, with 4:4:4 or 4:2:0 chroma.

    The grid of JPEG's blocks lies anywhere, as it does in crops of a JPEG file: were it always
    to begin in the corner, a network would learn the corner.

    Args:
        image: what to save.
        quality: 1 to 100, on Pillow's scale.
        rng: picks the chroma and the place of the grid.
    """
    height, width, _ = image.shape
    subsampling, top, left = (int(value) for value in rng.integers((2, MCU, MCU)))
    padded = cut(image, Window(-top, -left, height + top, width + left))
    saved = save_as_jpeg(padded, quality, "4:2:0" if subsampling else "4:4:4")
    return cut(saved, Window(top, left, height, width))


def save_as_jpeg(image: RgbImage, quality: int, subsampling: str) -> RgbImage:
    """Saved as JPEG and read again; the grid of its blocks begins in the corner.

    Args:
        image: what to save.
        quality: 1 to 100, on Pillow's scale.
        subsampling: of the chroma: 4:4:4, 4:2:2 or 4:2:0.
    """
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality, subsampling=subsampling)
    return decode_image(file.getvalue())
