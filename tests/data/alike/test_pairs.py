"""Near-duplicates among real files, found once and remembered."""

import logging
from pathlib import Path

import pytest

from ai_vs_human.data.alike.pairs import NearPair, near_pairs
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import ConfigError
from tests.data.alike.conftest import Listed, scene, stored_again

SEARCHING = "looking for near-duplicates among {} images"


def test_a_picture_stored_again_is_found_and_nothing_else(listed: Listed, tmp_path: Path) -> None:
    (pair,) = near_pairs(listed(), 4, tmp_path / "cache")

    assert (pair.first, pair.second) == ("2-near.jpg", "2.png")
    assert 0 <= pair.distance <= 4


def test_the_nearest_come_first(root: Path, listed: Listed, tmp_path: Path) -> None:
    for seed in (3, 4, 5):
        stored_again(scene(seed), root / f"{seed}-near.jpg")

    pairs = near_pairs(listed(), 4, tmp_path / "cache")

    assert len(pairs) == 4
    assert pairs == sorted(pairs, key=lambda pair: (pair.distance, pair.first))


def test_of_pictures_that_nothing_tells_apart_the_first_stands_for_all(
    root: Path, listed: Listed, tmp_path: Path
) -> None:
    for side in range(40, 60):  # plain ones
        scene(0, 1).resize((side, side)).save(root / f"plain-{side}.png")

    pairs = near_pairs(listed(), 4, tmp_path / "cache")

    plain = [pair for pair in pairs if "plain" in pair.first]
    assert len(plain) == 19
    assert len({path for pair in plain for path in (pair.first, pair.second)}) == 20
    assert [(p.first, p.second) for p in pairs if p not in plain] == [("2-near.jpg", "2.png")]


def test_pairs_are_remembered_until_a_picture_changes(
    root: Path, listed: Listed, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="ai_vs_human.data.alike")
    manifest, cache = listed(), tmp_path / "cache"
    first = near_pairs(manifest, 4, cache)

    again = near_pairs(manifest, 4, cache)
    further = near_pairs(manifest, 5, cache)
    (root / "2-near.jpg").unlink()
    without = near_pairs(listed(), 4, cache)

    assert again == first
    assert further
    assert without == []
    assert caplog.messages == [SEARCHING.format(number) for number in (11, 11, 10)]


@pytest.mark.parametrize("damage", ["short", "empty", "other"])
def test_a_damaged_memory_costs_a_search_and_no_run(
    listed: Listed, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    manifest, cache = listed(), tmp_path / "cache"
    first = near_pairs(manifest, 4, cache)
    (path,) = cache.glob("alike-*")
    whole = path.read_bytes()
    flipped = whole.replace(b"pairs.npy", b"other.npy")
    path.write_bytes({"short": whole[:-30], "empty": b"", "other": flipped}[damage])

    assert near_pairs(manifest, 4, cache) == first
    assert f"{path} is damaged (" in caplog.text
    caplog.clear()
    assert near_pairs(manifest, 4, cache) == first
    assert caplog.text == ""
    assert path.read_bytes() == whole


def test_a_memory_that_cannot_be_kept_costs_no_run(
    listed: Listed, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the folder's place")

    assert near_pairs(listed(), 4, tmp_path / "file")
    assert "cannot be written" in caplog.text


def test_no_images_have_no_pairs(tmp_path: Path) -> None:
    assert near_pairs(Manifest(tmp_path, ()), 4, tmp_path / "cache") == []


@pytest.mark.parametrize("distance", [-1, 17])
def test_distances_that_find_all_or_nothing_are_refused(
    listed: Listed, tmp_path: Path, distance: int
) -> None:
    with pytest.raises(ConfigError, match=f"expected 0 to 16 different bits.*got {distance}"):
        near_pairs(listed(), distance, tmp_path / "cache")


def test_a_pair_is_a_plain_value() -> None:
    assert NearPair("a", "b", 1) == NearPair("a", "b", 1)
