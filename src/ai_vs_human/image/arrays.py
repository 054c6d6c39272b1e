"""The one form that an image has between its decoder and its network."""

import numpy as np
from jaxtyping import UInt8

RgbImage = UInt8[np.ndarray, "height width channel=3"]
"""uint8 RGB in [0, 255]; the axes are those of `ai_vs_human.shapes`."""

ResizedImage = UInt8[np.ndarray, "out_height out_width channel=3"]
"""The same, of another height and width than what it was made of."""
