"""Images anywhere below a folder."""

import os
import sys
from pathlib import Path

import pytest

from ai_vs_human.data.sources.listing import list_images
from ai_vs_human.errors import DataError


def touch(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def test_images_are_found_by_their_endings_at_any_depth(tmp_path: Path) -> None:
    touch(tmp_path, "b/c/x.JPG", "a.png", "b/y.jfif", "b/notes.txt", "c/z.txt", "b/LICENSE")

    listing = list_images(tmp_path)

    assert listing.images == ("a.png", "b/c/x.JPG", "b/y.jfif")
    assert listing.others == {".txt": 2, "LICENSE": 1}


def test_what_is_hidden_is_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, ".git/x.png", "__MACOSX/a/x.png", "a/._x.png", "a/x.png")

    assert list_images(tmp_path).images == ("a/x.png",)


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    touch(tmp_path, "elsewhere/x.png", "root/a/y.png")
    (tmp_path / "root" / "a" / "round").symlink_to(tmp_path / "root")
    (tmp_path / "root" / "linked").symlink_to(tmp_path / "elsewhere")

    assert list_images(tmp_path / "root").images == ("a/y.png", "linked/x.png")


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system refuses such names itself")
def test_a_name_that_no_manifest_can_hold_is_refused(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")).touch()

    with pytest.raises(DataError, match=r"file names in UTF-8, but got '\\udcff.png'"):
        list_images(tmp_path)
