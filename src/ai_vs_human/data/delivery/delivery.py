"""A manifest and an audit's verdict to how its images are delivered: all alike, or as they are."""

import logging
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.delivery.contrast import contrast, facts_by_class, shorter_sides
from ai_vs_human.data.delivery.history import History
from ai_vs_human.data.delivery.neutral import Neutral, SizeLaw
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import ConfigError
from ai_vs_human.image.degrade import MCU
from ai_vs_human.labels import Label

log = logging.getLogger(__name__)

When = Literal["cue", "always", "never"]

_MAY_BE_SMALLER: Final = 0.01
"""Share of a class's images that have less room: it moves no AUROC by more than half of it."""
SPARE: Final = MCU - 1
"""Pixels on each side that give a cut every place in the grid of JPEG's largest blocks."""


class Delivery:
    """Whether, and by which law, both classes' images are brought to one format and size.

    Args:
        when: `cue`, where an audit found that format tells the classes apart; `always`; `never`.
        quality: lowest and highest quality of the last JPEG, within 1 to 100; None saves no
            image again.
        size: `crop` cuts squares of one side out of images of several sizes; `resize` resizes
            them instead; `keep` leaves sizes alone. Images that are all of one size stay whole.
        side: of the squares in pixels; None is one that 99 % of each class's images have, and,
            to be cut at places that differ, `SPARE` pixels more.
        seed: another seed cuts and draws otherwise.

    Raises:
        ConfigError: if a value is out of range.
    """

    def __init__(
        self,
        *,
        when: When = "cue",
        quality: Sequence[int] | None = (70, 95),
        size: SizeLaw = "crop",
        side: int | None = None,
        seed: int = 0,
    ) -> None:
        if side is not None and (side < 1 or size == "keep"):
            raise ConfigError(
                f"expected a side from 1 pixel up, with size=crop or resize, but got {side} with"
                f" {size} (data.delivery.side)",
                hint="data.delivery.side=null",
            )
        if seed < 0:
            raise ConfigError(f"expected a seed from 0 up, but got {seed} (data.delivery.seed)")
        self.when: Final[When] = when
        self.quality: Final = None if quality is None else _range(quality)
        self.size: Final[SizeLaw] = size
        self.side: Final = side
        self.seed: Final = seed

    def decide(self, manifest: Manifest, *, cue: bool | None) -> Neutral | None:
        """The law for all images of a manifest, said in the log; None leaves them as they are.

        Args:
            manifest: all images, of every stage, so that all are delivered by one law; their
                facts must be known.
            cue: whether format tells the classes apart; None where nobody has looked.
        """
        classes = facts_by_class(manifest)
        found = contrast(classes)
        why = "format tells the classes apart" + (f" ({found})" if found else "")
        if self.when == "always" or (self.when == "cue" and cue):
            law = self.fit(classes)
            log.info(
                "%sall images are %s; data/delivery=none leaves files as they are",
                f"{why}: " if cue else "",
                law.summary,
            )
            return law
        if cue:
            log.warning("%s, and files are left as they are; data/delivery=auto mends it", why)
        elif cue is None and self.when == "cue" and found:
            log.warning(
                "nobody has looked whether format tells the classes apart (%s): files are left as"
                " they are; data/delivery=neutral delivers all alike",
                found,
            )
        return None

    def mends(self, manifest: Manifest) -> bool:
        """Whether what an audit says of the files no longer holds once they are delivered.

        Without a last JPEG the files' formats can still be told, and with `keep` their sizes.

        Args:
            manifest: all images, as `decide` takes them.
        """
        facts = [manifest.facts[record.path] for record in manifest.records]
        sizes = {(one.width, one.height) for one in facts}
        ways = {(one.format, one.jpeg_tables, one.jpeg_subsampling) for one in facts}
        sized = self.size != "keep" or len(sizes) == 1
        return self.when != "never" and sized and (self.quality is not None or len(ways) == 1)

    def fit(self, classes: Mapping[Label, Sequence[ImageFacts]]) -> Neutral:
        """The law that both classes can meet."""
        everything = [one for facts in classes.values() for one in facts]
        sizes = {(one.width, one.height) for one in everything}
        size: SizeLaw = "keep" if len(sizes) == 1 and self.side is None else self.size
        return Neutral(
            quality=self.quality,
            size=size,
            side=None if size == "keep" else self._side(classes),
            history=None if self.quality is None else History.of(classes),
            seed=self.seed,
        )

    def _side(self, classes: Mapping[Label, Sequence[ImageFacts]]) -> int:
        spare = SPARE if self.size == "crop" else 0
        sides = {label: np.array(shorter_sides(facts)) for label, facts in classes.items()}
        if self.side is None:
            low = {k: np.quantile(v, _MAY_BE_SMALLER, method="lower") for k, v in sides.items()}
            side = max(1, int(min(low.values())) - spare)
            _warn_of_little(side, min(low, key=low.__getitem__), sides)
            return side
        smaller = {label: float(np.mean(each < self.side + spare)) for label, each in sides.items()}
        if max(smaller.values()) > _MAY_BE_SMALLER:
            log.warning(
                "sides below %d px can tell classes apart when %d x %d are cut out (%s);"
                " data.delivery.side=null finds a side that both classes have",
                *(self.side + spare, self.side, self.side),
                ", ".join(f"{100 * v:.0f} % of {label.key}" for label, v in smaller.items()),
            )
        return self.side


def _warn_of_little(side: int, least: Label, sides: Mapping[Label, NDArray[np.int64]]) -> None:
    """Say where a few small images leave hardly anything of all the others."""
    usual = min(float(np.median(each)) for each in sides.values())
    if side < usual / 2:
        log.warning(
            "the smallest %s images, with sides from %d px, leave %d x %d of all images, whose"
            " shorter side is %.0f px in the median: remove the smallest, or choose"
            " data.delivery.side",
            *(least.key, int(sides[least].min()), side, side, usual),
        )


def _range(quality: Sequence[int]) -> tuple[int, int]:
    if len(quality) != 2 or not 1 <= quality[0] <= quality[1] <= 100:  # noqa: PLR2004 -- a range
        raise ConfigError(
            "expected a lowest and a highest number within 1 to 100,"
            f" but got {list(quality)} (data.delivery.quality)",
            hint="data.delivery.quality=[70,95]",
        )
    return quality[0], quality[1]
