"""A set whose classes come in two formats: mended in training, and when it is measured again."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from ai_vs_human.runs.result import read_result
from tests.conftest import newest_run
from tests.toys import toy_images


def test_what_the_audit_finds_is_delivered_alike_and_so_when_measured_again(
    start: Callable[..., None], tmp_path: Path
) -> None:
    images = toy_images(tmp_path / "images", per_class=16)
    for path in images.glob("*/human/*.png"):
        with Image.open(path) as image:
            image.save(path.with_suffix(".jpg"), quality=80)
        path.unlink()
    own = ("data=folder", f"data.root={images}", "data/preprocess=as_is", "data.num_workers=0")

    start("train.py", *own, "model/frontend=npr", "data.batch_size=8", "trainer.max_epochs=1")
    trained = read_result(newest_run(tmp_path))
    start("scripts/evaluate.py", "run=latest")
    again = read_result(newest_run(tmp_path, "evaluate"))
    start("scripts/evaluate.py", "run=latest", *own)
    elsewhere = read_result(newest_run(tmp_path, "evaluate"))

    assert trained.data["delivery"]["law"] == "neutral"
    assert trained.data["delivery"]["history"] == {"jpegs": 48, "quality": [80, 80]}
    assert again.data["delivery"] == trained.data["delivery"]
    assert again.metrics == {k: v for k, v in trained.metrics.items() if k.startswith("test/")}
    assert elsewhere.data["delivery"] == {"law": "none"}
