"""What must not tell the classes apart: colour, brightness, sharpness, bytes, composition.

300 pairs: the standard error of an AUC near 0.5 is about 0.024.
"""

import io
from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from ai_vs_human.data.synthetic.forge import forge
from ai_vs_human.data.synthetic.plan import plan
from ai_vs_human.data.synthetic.spec import SetSpec

SCENES = 300
LABELS = np.tile([0, 1], SCENES)


@pytest.fixture(scope="module")
def images() -> NDArray[np.uint8]:
    """Human and AI images in turn, pair by pair."""
    spec = SetSpec("small", "easy", "iid")
    return np.stack(
        [p.delivered.pixels for scene in islice(plan(spec), SCENES) for p in forge(spec, scene)]
    )


def _png_bytes(image: NDArray[np.uint8]) -> int:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.tell()


FEATURES: dict[str, Callable[[NDArray[np.uint8]], float]] = {
    "red": lambda image: image[..., 0].mean(),
    "green": lambda image: image[..., 1].mean(),
    "blue": lambda image: image[..., 2].mean(),
    "saturation": lambda image: np.ptp(image.astype(float), axis=2).mean(),
    "brightness": lambda image: image.mean(),
    "contrast": lambda image: image.std(),
    "sharpness": lambda image: np.abs(ndimage.laplace(image.mean(axis=2))).mean(),
    "gradient": lambda image: np.abs(np.diff(image.mean(axis=2), axis=0)).mean(),
    "bytes": _png_bytes,
}


@pytest.mark.parametrize("feature", FEATURES)
def test_no_single_property_tells_the_classes_apart(
    feature: str, images: NDArray[np.uint8]
) -> None:
    auc = roc_auc_score(LABELS, [FEATURES[feature](image) for image in images])

    assert max(auc, 1 - auc) <= 0.60


def test_a_thumbnail_does_not_tell_the_classes_apart(images: NDArray[np.uint8]) -> None:
    thumbnails = images.reshape(len(images), 8, 8, 8, 8, 3).mean(axis=(2, 4)).reshape(-1, 192)
    features = StandardScaler().fit_transform(thumbnails)
    train, test = slice(0, SCENES), slice(SCENES, None)

    model = LogisticRegression(C=0.01, max_iter=1000).fit(features[train], LABELS[train])
    auc = roc_auc_score(LABELS[test], model.decision_function(features[test]))

    assert max(auc, 1 - auc) <= 0.60
