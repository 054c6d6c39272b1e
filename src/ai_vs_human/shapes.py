"""Shape annotations, and the one glossary of their axes.

Axes:
    batch      images in one batch
    channel    3, in the order red, green, blue
    height     rows of pixels, from the top
    width      columns of pixels, from the left
    plane      what a front-end makes of the channels
    row, col   height and width after a front-end
    feature    what a backbone hands to the head
    image      images of a whole stage (validation or test set)

Annotations are checked while the tests run and cost nothing in a run.
"""

from jaxtyping import Float, Int, UInt8
from torch import Tensor

ByteImage = UInt8[Tensor, "channel=3 height width"]
ByteImages = UInt8[Tensor, "batch channel=3 height width"]
FloatImages = Float[Tensor, "batch channel=3 height width"]
Planes = Float[Tensor, "batch plane row col"]
Features = Float[Tensor, "batch feature"]
Logits = Float[Tensor, " batch"]
Labels = Int[Tensor, " batch"]
