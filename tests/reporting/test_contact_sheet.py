from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageColor

from ai_vs_human.reporting.contact_sheet import contact_sheet

WRONG = ImageColor.getrgb("#d55e00")


def grey(shade: int, height: int = 64, width: int = 64) -> NDArray[np.uint8]:
    return np.full((height, width, 3), shade, np.uint8)


def framed(sheet: Image.Image, colour: Sequence[int]) -> int:
    """Pixels of a colour in the rows of images, below the legend."""
    below = np.asarray(sheet)[50:]
    return int((below == np.array(colour)).all(axis=2).sum())


def test_only_a_wrong_verdict_is_framed() -> None:
    images = [grey(0), grey(255)]

    right = contact_sheet(images, [0.2, 0.8], 0.5, labels=[0, 1])
    wrong = contact_sheet(images, [0.2, 0.8], 0.5, labels=[1, 1])

    assert framed(right, WRONG) == 0
    assert framed(wrong, WRONG) >= 4 * 128  # the four sides of the frame, at least one pixel wide


def test_a_score_at_the_threshold_is_a_verdict_of_ai() -> None:
    sheet = contact_sheet([grey(0)], [0.5], 0.5, labels=[1])

    assert framed(sheet, WRONG) == 0


def test_without_labels_nothing_is_called_wrong() -> None:
    sheet = contact_sheet([grey(0), grey(0)], [0.0, 1.0], 0.5, names=["a.png", "b.png"])

    assert framed(sheet, WRONG) == 0


def test_a_small_image_is_enlarged_by_a_whole_factor_without_new_colours() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)

    sheet = np.asarray(contact_sheet([image], [0.5], 0.5))

    enlarged = image.repeat(4, axis=0).repeat(4, axis=1)
    corners = [(top, left) for top in range(64) for left in range(64)]
    assert any(
        np.array_equal(sheet[top : top + 128, left : left + 128], enlarged) for top, left in corners
    )


def test_images_of_any_size_and_shape_share_a_sheet() -> None:
    images = [grey(0, 1, 1), grey(0, 300, 900), grey(0, 2000, 3)]

    sheet = contact_sheet(images, [0.0, 0.5, 1.0], 0.5, names=["x" * 200, "", "ü.png"])

    assert sheet.width < 1000
    assert sheet.mode == "RGB"


def test_a_row_holds_as_many_images_as_there_are_columns() -> None:
    images = [grey(0)] * 9

    one_row = contact_sheet(images[:8], [0.5] * 8, 0.5)
    two_rows = contact_sheet(images, [0.5] * 9, 0.5)

    assert one_row.width == two_rows.width
    assert two_rows.height > one_row.height + 128


def test_no_images_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected at least one image, but got none \(images\)"):
        contact_sheet([], [], 0.5)


def test_a_missing_score_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        contact_sheet([grey(0), grey(0)], [0.5], 0.5)
