"""What a classifier of JPEG's traces can tell of files, and cannot of delivered images."""

import dataclasses
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ai_vs_human.data.delivery.delivery import Delivery
from ai_vs_human.data.delivery.neutral import Neutral
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.labels import Label
from tests.data.delivery.files import as_jpeg_file, facts_of, picture

File = tuple[RgbImage, ImageFacts]
Files = dict[Label, list[File]]
EACH: Final = 120
_WAVES: Final = np.array([(0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (2, 2)])


def traces(image: RgbImage) -> NDArray[np.floating]:
    """Blockiness by place in the grid, histograms of DCT coefficients, and hidden grids.

    A grid of an earlier JPEG shows in how many high frequencies vanish when blocks are taken
    from it (Bianchi and Piva, doi:10.1109/TIFS.2012.2187516).
    """
    grey = np.asarray(Image.fromarray(image).convert("L"), np.float32)
    jumps = [
        np.abs(np.diff(a, 2, axis=1)).mean(0)[:32].reshape(4, 8).mean(0) for a in (grey, grey.T)
    ]
    blocks = np.lib.stride_tricks.sliding_window_view(grey, (8, 8))[:33, :33]
    waves = dctn(blocks, axes=(2, 3), norm="ortho")
    own = np.abs(waves[::8, ::8].reshape(-1, 8, 8))
    histograms = [np.histogram(own[:, u, v], np.arange(25))[0] / len(own) for u, v in _WAVES]
    vanished = (np.abs(waves[:32, :32, 4:, 4:]) < 0.6).mean((2, 3))
    by_grid = vanished.reshape(4, 8, 4, 8).mean((0, 2)).ravel()
    hidden = np.sort(by_grid[1:])
    return np.concatenate([*jumps, *histograms, by_grid, hidden - np.median(hidden)])


def saved(pixels: RgbImage, qualities: tuple[int, int] | None, number: int) -> File:
    if qualities is None:
        return pixels, facts_of(pixels)
    return as_jpeg_file(pixels, int(np.random.default_rng(number).integers(*qualities)))


def files(**kinds: tuple[int, tuple[int, int] | None]) -> Files:
    """Pictures of one kind: each class with the side and the JPEG qualities of its files."""
    return {
        label: [
            saved(picture(2 * number + label, side), qualities, number) for number in range(EACH)
        ]
        for label, (side, qualities) in zip(Label, (kinds["human"], kinds["ai"]), strict=True)
    }


def auroc(images: dict[Label, list[RgbImage]]) -> float:
    features = np.array([traces(image) for each in images.values() for image in each])
    labels = [int(label) for label, each in images.items() for _ in each]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.03, max_iter=500))
    scores = cross_val_predict(model, features, labels, cv=5, method="predict_proba")
    return float(roc_auc_score(labels, scores[:, 1]))


def raw(classes: Files) -> float:
    return auroc(
        {label: [pixels[:41, :41] for pixels, _ in each] for label, each in classes.items()}
    )


def delivered(classes: Files, law: Neutral) -> float:
    return auroc({label: [law(*file) for file in each] for label, each in classes.items()})


def law_of(classes: Files, **options: Any) -> Neutral:
    facts = {label: [facts for _, facts in each] for label, each in classes.items()}
    return Delivery(**options).fit(facts)


def test_jpegs_and_pngs_of_two_sizes_cannot_be_told_apart_once_delivered() -> None:
    classes = files(human=(64, (60, 80)), ai=(56, None))

    assert raw(classes) > 0.9
    assert delivered(classes, law_of(classes)) <= 0.6


def test_a_last_jpeg_alone_would_leave_how_often_an_image_was_saved() -> None:
    classes = files(human=(64, (60, 80)), ai=(56, None))
    law = law_of(classes, quality=(90, 95))

    assert delivered(classes, dataclasses.replace(law, history=None)) > 0.75
    assert delivered(classes, law) <= 0.6


def test_jpegs_of_two_qualities_cannot_be_told_apart_once_delivered() -> None:
    classes = files(human=(64, (55, 65)), ai=(64, (88, 96)))
    law = law_of(classes)

    assert raw(classes) > 0.9
    assert delivered(classes, dataclasses.replace(law, history=None)) > 0.9
    assert delivered(classes, law) <= 0.6
