"""Members of conf/data, and one of the test's own, to manifests."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from ai_vs_human.data.images import Images
from ai_vs_human.data.manifest import Record
from ai_vs_human.errors import DataError
from ai_vs_human.runs.result import read_result
from ai_vs_human.tasks.assemble import make
from ai_vs_human.tasks.resolvers import register_resolvers
from tests.conftest import CONF, newest_run
from tests.data.fetch.kaggle_server import Kaggle, kaggle_at, zipped
from tests.data.sources.test_folder import fill
from tests.runs.registry.google import bucket_at
from tests.toys import toy_images


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kaggle]:
    with kaggle_at(tmp_path / "home", monkeypatch) as kaggle:
        yield kaggle


def images(tmp_path: Path, *words: str) -> Images:
    """What `data=` names, as a run makes it."""
    register_resolvers()
    with initialize_config_dir(str(CONF)):
        places = ["paths.run_dir=runs/x", f"paths.cache_dir={tmp_path / 'cache'}"]
        config = compose("train", overrides=[*places, *words])
    made = make(config.data, "data")
    assert isinstance(made, Images)
    return made


def packed(root: Path) -> bytes:
    files = (path for path in root.rglob("*") if path.is_file())
    return zipped({path.relative_to(root).as_posix(): path.read_bytes() for path in files})


def kinds(records: tuple[Record, ...]) -> dict[tuple[str, str, str], int]:
    return dict(Counter((r.split, r.label.key, r.origin) for r in records))


def test_the_default_of_kaggle_is_fetched_and_listed_as_a_folder(
    kaggle: Kaggle, tmp_path: Path
) -> None:
    root = fill(tmp_path / "set", "Art/AiArtData", "Art/RealArt", number=3)
    kaggle.archive = packed(root)

    fetched = images(tmp_path, "data=kaggle")
    unpacked = images(tmp_path, "data=kaggle", f"data.root={root}")

    assert kinds(fetched.given.records) == {("", "ai", "Art"): 3, ("", "human", "Art"): 3}
    owner = "datasets/hassnainzaidi/ai-art-vs-human-art"
    assert fetched.given.root == tmp_path / "cache/kaggle" / owner / "versions/2"
    assert unpacked.given.root == root
    assert unpacked.given.fingerprint == fetched.given.fingerprint
    assert len(kaggle.asked) == 3


def test_cifake_keeps_the_names_that_its_results_were_measured_with(tmp_path: Path) -> None:
    root = fill(tmp_path / "c", "train/REAL", "train/FAKE", "test/REAL", "test/FAKE", number=2)

    records = images(tmp_path, "data=cifake", f"data.root={root}").given.records

    plain = images(tmp_path, "data=folder", f"data.root={root}").given.records
    assert records == plain
    assert set(kinds(records)) == {
        (split, label, "unknown") for split in ("train", "test") for label in ("ai", "human")
    }


def test_ai_artbench_tells_generators_by_prefixes(tmp_path: Path) -> None:
    parts = [f"Real_AI_SD_LD_Dataset/{split}/" for split in ("train", "test")]
    styles = ("AI_LD_baroque", "AI_SD_baroque", "AI_SD_realism", "baroque", "ukiyo_e")
    root = fill(tmp_path / "a", *(part + style for part in parts for style in styles), number=1)

    records = images(tmp_path, "data=ai_artbench", f"data.root={root}").given.records

    assert kinds(records) == {
        (split, label, origin): number
        for split in ("train", "test")
        for label, origin, number in (
            ("ai", "latent_diffusion", 1),
            ("ai", "stable_diffusion", 2),
            ("human", "artbench", 2),
        )
    }


def test_artifact_is_told_by_its_tables(tmp_path: Path) -> None:
    root = fill(tmp_path / "a", "coco/coco2017", "big_gan", "glide/x", number=2)
    for name, inner, target in (("coco", "coco2017/", 0), ("big_gan", "", 6), ("glide", "x/", 2)):
        lines = [f"{n}.png,{inner}{n}.png,{target},cat" for n in range(2)]
        text = "\n".join(["filename,image_path,target,category", *lines])
        (root / name / "metadata.csv").write_text(text)

    records = images(tmp_path, "data=artifact", f"data.root={root}").given.records

    assert kinds(records) == {
        ("", "human", "coco"): 2,
        ("", "ai", "big_gan"): 2,
        ("", "ai", "glide"): 2,
    }
    (root / "coco" / "metadata.csv").rename(root / "metadata.csv")
    without = images(tmp_path, "data=artifact", f"data.root={root / 'coco'}")
    with pytest.raises(DataError, match=r"expected files \*/metadata\.csv that list images, but g"):
        _ = without.given


@pytest.mark.parametrize("member", ["folder", "kaggle"])
def test_a_root_may_lie_in_a_bucket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    root = fill(tmp_path / "buckets" / "mine" / "images", "ai/sd", "human", number=5)
    here = images(tmp_path, "data=folder", f"data.root={root}").given

    with bucket_at(tmp_path / "buckets", monkeypatch):
        there = images(tmp_path, f"data={member}", "data.root=gs://mine/images").given

    assert there.fingerprint == here.fingerprint
    assert there.root.is_relative_to(tmp_path / "cache")


def test_a_source_of_ones_own_is_one_file(
    kaggle: Kaggle, tmp_path: Path, start: Callable[..., None]
) -> None:
    """Found beside the project's, fetched, split and trained on."""
    (tmp_path / "conf" / "data").mkdir(parents=True)
    (tmp_path / "conf" / "data" / "mine.yaml").write_text(
        "# A set of the test's own\n"
        "defaults: [kaggle, override preprocess: as_is, _self_]\n"
        "handle: toy/set/versions/7\n"
        "classes: {ai: [machine*], human: [hand]}\n"
        "origins: {toygan: [machine2]}\n"
    )
    made = toy_images(tmp_path / "set", splits=False)
    (made / "ai").rename(made / "machine2")
    (made / "human").rename(made / "hand")
    kaggle.archive = packed(made)
    words = ["data=mine", "data.num_workers=0", "data.batch_size=8", "energy=none"]

    start("train.py", "--config-dir", "conf", *words, "trainer.max_epochs=1")

    run = newest_run(tmp_path)
    assert read_result(run).status == "completed"
    predictions = (run / "test_predictions.csv").read_text()
    assert "machine2/" in predictions
    assert "toygan" in predictions
    assert ("archive", None) in kaggle.asked
