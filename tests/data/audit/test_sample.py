"""Folds that do not know each other's images."""

from pathlib import Path

from ai_vs_human.data.audit.sample import draw_sample
from ai_vs_human.data.manifest import Manifest
from tests.data.audit.planting import listed, plant


def folds_by_path(manifest: Manifest, pairs: list[tuple[str, str, int]]) -> dict[str, int]:
    sample = draw_sample(manifest, pairs, 1000)
    paths = {facts.sha256: path for path, facts in manifest.facts.items()}
    folds = map(int, sample.folds)
    return {paths[f.sha256]: fold for f, fold in zip(sample.facts, folds, strict=True)}


def test_what_is_alike_or_grouped_shares_a_fold(tmp_path: Path) -> None:
    root = plant(tmp_path / "images", train=20, test=10)
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.png"))
    lines = ["path,label,group"]
    lines += [f"{p},{'ai' if '/ai/' in p else 'human'},{p[-6:-4]}" for p in paths if "train" in p]
    lines += [f"{p},{'ai' if '/ai/' in p else 'human'}," for p in paths if "test" in p]
    (root / "manifest.csv").write_text("\n".join(lines))
    manifest = listed(root, tmp_path / "cache")
    pairs = [(f"test/ai/{n:03}.png", f"train/ai/{n:03}.png", 2) for n in range(10)]

    folds = folds_by_path(manifest, pairs)

    for number in range(10):
        tied = {folds[p] for p in paths if f"{number:03}" in p and "test/human" not in p}
        assert len(tied) == 1
    assert set(folds.values()) == {0, 1, 2, 3, 4}


def test_a_sample_is_bounded_and_always_the_same(tmp_path: Path) -> None:
    manifest = listed(plant(tmp_path / "images", train=20, test=10), tmp_path / "cache")
    other_order = manifest.with_records(reversed(manifest.records))

    some, same = draw_sample(manifest, [], 25), draw_sample(other_order, [], 25)

    assert len(some) == 25
    assert [facts.sha256 for facts in some.facts] == [facts.sha256 for facts in same.facts]
    assert draw_sample(manifest, [], 1000).groups == 30
