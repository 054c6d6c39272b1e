"""Few images of each class and split."""

from ai_vs_human.data.splits.limit import limit_images
from ai_vs_human.labels import Label
from tests.data.splits.made import both, manifest_of

RECORDS = both(40)
CONTENTS = manifest_of(RECORDS).contents


def test_a_limit_takes_the_same_images_from_any_order() -> None:
    limited = limit_images(RECORDS, CONTENTS, 5)

    assert limited == limit_images(RECORDS[::-1], CONTENTS, 5)
    assert [record.label for record in limited] == [Label.AI] * 5 + [Label.HUMAN] * 5
    assert set(limited) <= set(limit_images(RECORDS, CONTENTS, 9))
    assert limited != limit_images(RECORDS, CONTENTS, 5, seed=1)
