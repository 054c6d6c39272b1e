"""The line between one picture and two."""

import numpy as np

from ai_vs_human.data.alike.thumbnails import Thumbnails


def test_thumbnails_agree_up_to_eight_grey_levels_in_the_mean() -> None:
    rows = np.full((5, 192), 100, dtype=np.uint8)
    rows[1, :96], rows[1, 96:] = 92, 108  # as bright, eight off everywhere
    rows[2] = rows[1]
    rows[2, 0] -= 1
    rows[3] = 108
    rows[4] = 109

    agree = Thumbnails(rows).agree(np.zeros(5, dtype=np.int64), np.arange(5))

    assert agree.tolist() == [True, True, False, True, False]
