"""Values to bins that say what is in them."""

from dataclasses import replace

import numpy as np

from ai_vs_human.data.audit.bins import cut_evenly, cut_for_show
from ai_vs_human.data.audit.traits import TRAITS
from ai_vs_human.data.index.facts import ImageFacts

FACTS = ImageFacts(
    sha256="",
    pixels_sha256="",
    perceptual_hash=0,
    thumbnail=bytes(192),
    size=1000,
    width=64,
    height=64,
    format="PNG",
    mode="RGB",
    has_alpha=False,
    has_icc=False,
    has_exif=False,
    jpeg_quality=0,
    jpeg_tables="",
    jpeg_subsampling="",
)
BY_NAME = {trait.name: trait for trait in TRAITS}


def test_every_trait_of_a_file_is_one_bin_where_there_is_one_file() -> None:
    for trait in TRAITS:
        assert cut_evenly(trait, [FACTS]).is_constant, trait.name
        assert len(cut_for_show(trait, [FACTS]).words) == 1, trait.name


def test_a_frequent_number_has_a_bin_of_its_own() -> None:
    widths = [1024] * 50 + list(range(200, 700, 10))
    facts = [replace(FACTS, width=width) for width in widths]

    binned = cut_evenly(BY_NAME["width"], facts)

    assert "1024" in binned.words
    assert binned.bins[:50].tolist() == [binned.words.index("1024")] * 50


def test_no_jpeg_is_no_quality_and_is_not_mixed_with_any() -> None:
    facts = [replace(FACTS, jpeg_quality=quality) for quality in [0, *range(40, 100)]]

    for cut in (cut_evenly, cut_for_show):
        binned = cut(BY_NAME["jpeg_quality"], facts)
        assert binned.words[0] == "no JPEG"
        assert binned.counts(np.ones(len(facts), bool))[0] == 1


def test_rare_words_are_counted_together() -> None:
    facts = [replace(FACTS, jpeg_tables=f"{number:02}") for number in range(40)]

    binned = cut_for_show(BY_NAME["jpeg_tables"], facts)

    assert binned.words[-1] == "others"
    assert binned.counts(np.ones(40, bool)).sum() == 40


def test_sizes_of_files_are_shown_in_their_unit() -> None:
    assert [BY_NAME["size"].show(n) for n in (3.0, 4200.0, 1.5e6, 2e9)] == [
        "3 B",
        "4.2 kB",
        "1.5 MB",
        "2 GB",
    ]
