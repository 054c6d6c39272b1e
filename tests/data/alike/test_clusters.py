"""Words that a split must not part."""

from pathlib import Path

from ai_vs_human.data.alike.clusters import clusters
from tests.data.alike.conftest import Listed, reversed_names, scene, stored_again


def test_equal_pixels_and_near_duplicates_share_the_smallest_content(
    listed: Listed, tmp_path: Path
) -> None:
    manifest = listed()

    words = clusters(manifest, 4, tmp_path / "cache")

    contents = manifest.contents
    alike = {"1": ("1", "1-equal"), "2": ("2", "2-near")}
    for members in alike.values():
        smallest = min(contents[member] for member in members)
        assert {words[member] for member in members} == {smallest}
    alone = set(words) - {member for members in alike.values() for member in members}
    assert {key: words[key] for key in alone} == {key: contents[key] for key in alone}
    assert len(set(words.values())) == 10


def test_what_is_alike_by_way_of_others_has_one_word(
    root: Path, listed: Listed, tmp_path: Path
) -> None:
    stored_again(scene(1), root / "1-near.jpg")  # of the equal ones, one is in the pair

    words = clusters(listed(), 4, tmp_path / "cache")

    assert words["1"] == words["1-equal"] == words["1-near"]


def test_names_and_order_do_not_matter(root: Path, listed: Listed, tmp_path: Path) -> None:
    stored_again(scene(1), root / "1-near.jpg")
    manifest = listed()

    words = clusters(manifest, 4, tmp_path / "cache")
    again = clusters(reversed_names(manifest, root), 4, tmp_path / "elsewhere")

    assert again == words
