"""When both classes are delivered alike, by which law, and what is said of it."""

import logging

import numpy as np
import pytest

from ai_vs_human.data.delivery.delivery import Delivery
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.errors import ConfigError
from ai_vs_human.labels import Label
from tests.data.delivery.files import facts_of, manifest_of


def sized(height: int, width: int, kind: str = "PNG", quality: int = 0) -> ImageFacts:
    return facts_of(np.zeros((height, width, 3), np.uint8), kind, quality)


JPEGS = [sized(60, 80, "JPEG", 70 + number) for number in range(20)]
PNGS = [sized(64, 64)] * 20
MIXED = manifest_of({Label.HUMAN: JPEGS, Label.AI: PNGS})


def test_a_cue_is_mended_and_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    law = Delivery().decide(MIXED, cue=True)

    assert law is not None
    assert (law.quality, law.size, law.side) == ((70, 95), "crop", 60 - 15)
    assert law.history is not None
    assert sum(law.history.counts) == 20
    said = (
        "format tells the classes apart (JPEG: 100 % of human, 0 % of ai; size: 80 x 60 of human,"
        " 64 x 64 of ai): all images are saved as the set's JPEGs of quality 70 to 89 are,"
        " where they are none, then cut to 45 x 45, then saved as JPEG of quality 70 to 95;"
        " data/delivery=none leaves files as they are"
    )
    assert caplog.messages == [said]


def test_without_a_cue_files_are_left_alone_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    assert Delivery().decide(MIXED, cue=False) is None
    assert caplog.messages == []


def test_without_an_audit_it_says_that_it_does_not_know(caplog: pytest.LogCaptureFixture) -> None:
    alike = manifest_of({Label.HUMAN: PNGS, Label.AI: PNGS})

    assert Delivery().decide(alike, cue=None) is None
    assert caplog.messages == []
    assert Delivery().decide(MIXED, cue=None) is None
    said = (
        "nobody has looked whether format tells the classes apart (JPEG: 100 % of human, 0 % of ai;"
        " size: 80 x 60 of human, 64 x 64 of ai): files are left as they are;"
        " data/delivery=neutral delivers all alike"
    )
    assert caplog.messages == [said]


def test_a_cue_that_is_left_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert Delivery(when="never").decide(MIXED, cue=True) is None
    assert "files are left as they are; data/delivery=auto mends it" in caplog.text


@pytest.mark.parametrize("cue", [True, False, None])
def test_what_is_asked_for_is_always_done(cue: bool | None) -> None:  # noqa: FBT001
    assert Delivery(when="always").decide(MIXED, cue=cue) is not None


def test_images_of_one_size_stay_whole_and_all_jpegs_or_none_need_no_history() -> None:
    for files in (JPEGS, PNGS):
        law = Delivery().fit({Label.HUMAN: files, Label.AI: files})
        assert (law.size, law.side, law.history) == ("keep", None, None)


def test_the_side_is_one_that_99_of_100_images_of_each_class_have() -> None:
    human = [sized(20, 500), *(sized(300 + number, 400) for number in range(199))]
    ai = [sized(512, 512)] * 200

    assert Delivery().fit({Label.HUMAN: human, Label.AI: ai}).side == 300 - 15
    assert Delivery().fit({Label.AI: ai, Label.HUMAN: human[:50]}).side == 20 - 15
    assert Delivery(size="resize").fit({Label.HUMAN: human, Label.AI: ai}).side == 300
    assert Delivery(size="keep").fit({Label.HUMAN: human, Label.AI: ai}).side is None


def test_a_side_that_one_class_lacks_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    assert Delivery(side=45).fit({Label.HUMAN: JPEGS, Label.AI: PNGS}).side == 45
    assert caplog.messages == []
    assert Delivery(side=48).fit({Label.HUMAN: JPEGS, Label.AI: PNGS}).side == 48
    said = (
        "sides below 63 px can tell classes apart when 48 x 48 are cut out (100 % of human, 0 % of"
        " ai); data.delivery.side=null finds a side that both classes have"
    )
    assert caplog.messages == [said]


def test_a_side_that_leaves_hardly_anything_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    icon = [*JPEGS, sized(16, 16, "JPEG", 75)]

    assert Delivery().fit({Label.HUMAN: icon, Label.AI: PNGS}).side == 1
    said = (
        "the smallest human images, with sides from 16 px, leave 1 x 1 of all images, whose shorter"
        " side is 60 px in the median: remove the smallest, or choose data.delivery.side"
    )
    assert caplog.messages == [said]


@pytest.mark.parametrize(
    ("delivery", "mends"),
    [
        (Delivery(), True),
        (Delivery(when="never"), False),
        (Delivery(quality=None), False),
        (Delivery(size="keep"), False),
    ],
)
def test_what_leaves_formats_or_sizes_mends_nothing(delivery: Delivery, *, mends: bool) -> None:
    assert delivery.mends(MIXED) is mends


def test_what_does_not_differ_need_not_be_mended() -> None:
    human, ai = [sized(64, 64)] * 2, [sized(64, 65)] * 2

    assert Delivery(quality=None).mends(manifest_of({Label.HUMAN: human, Label.AI: ai}))
    assert Delivery(size="keep").mends(manifest_of({Label.HUMAN: human, Label.AI: human}))


def test_quality_null_saves_nothing_again() -> None:
    law = Delivery(quality=None).fit({Label.HUMAN: JPEGS, Label.AI: PNGS})

    assert (law.quality, law.history, law.side) == (None, None, 45)


def test_one_class_alone_is_delivered_too() -> None:
    assert Delivery(when="always").decide(manifest_of({Label.AI: JPEGS}), cue=None) is not None


@pytest.mark.parametrize("quality", [(0, 90), (90, 80), (70, 101), (70,)])
def test_a_range_that_cannot_be_is_refused(quality: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match=r"1 to 100, but got .*data\.delivery\.quality.*\n.*70"):
        Delivery(quality=quality)


def test_other_wrong_values_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"but got 0 with crop \(data\.delivery\.side\)"):
        Delivery(side=0)
    with pytest.raises(ConfigError, match=r"but got 64 with keep \(data\.delivery\.side\)"):
        Delivery(side=64, size="keep")
    with pytest.raises(ConfigError, match=r"but got -1 \(data\.delivery\.seed\)"):
        Delivery(seed=-1)
