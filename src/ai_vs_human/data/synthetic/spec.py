"""Names from the config to one checked description of a set: sizes, difficulties, protocols."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal, cast, get_args

from ai_vs_human.data.manifest import SPLITS, Split
from ai_vs_human.data.synthetic.delivery import Channel
from ai_vs_human.data.synthetic.generators import BLOCK, SIMULATORS
from ai_vs_human.errors import ConfigError

Size = Literal["tiny", "small", "base"]
Difficulty = Literal["easy", "medium", "hard", "control"]
Protocol = Literal["iid", "logo", "camera_holdout"]

# Raise it whenever the same seed would give other pixels: old sets are then left alone.
VERSION: Final = 2
GENERATORS: Final = tuple(SIMULATORS)


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a set is.

    Attributes:
        edge: pixels of a square image's edge.
        scenes: per split; each gives one human and one AI image.
    """

    edge: int
    scenes: Mapping[Split, int]

    @property
    def canvas(self) -> int:
        """Pixels of the edge before delivery: a quarter more to resize and crop, whole blocks."""
        return BLOCK * -(-self.edge * 5 // (4 * BLOCK))


@dataclass(frozen=True, slots=True)
class Trace:
    """How well generators can be seen.

    Attributes:
        alpha: share of the generator's change that is kept, in [0, 1].
        channel: what delivery leaves of it.
    """

    alpha: float
    channel: Channel


_PLAIN: Final = Channel(resize_probability=0.3, jpeg_probability=0.7, jpeg_qualities=(70, 96))
_ROUGH: Final = Channel(resize_probability=0.6, jpeg_probability=0.7, jpeg_qualities=(50, 90))

EXTENTS: Final[Mapping[Size, Extent]] = MappingProxyType(
    {
        "tiny": Extent(48, MappingProxyType({"train": 84, "val": 18, "test": 18})),
        "small": Extent(64, MappingProxyType({"train": 2100, "val": 450, "test": 450})),
        "base": Extent(128, MappingProxyType({"train": 4200, "val": 900, "test": 900})),
    }
)
TRACES: Final[Mapping[Difficulty, Trace]] = MappingProxyType(
    {
        "easy": Trace(1.0, _PLAIN),
        "medium": Trace(0.75, _PLAIN),
        "hard": Trace(0.5, _ROUGH),
        "control": Trace(0.0, _PLAIN),
    }
)


@dataclass(frozen=True, slots=True)
class SetSpec:
    """One set, completely: two equal specs give the same pixels.

    Attributes:
        size: a name in `EXTENTS`.
        difficulty: a name in `TRACES`.
        protocol: what the test split has that training never saw.
        seed: at least 0; another seed is another set.
        holdout: with the protocol logo, the generator that only the test split has.
    """

    size: Size
    difficulty: Difficulty
    protocol: Protocol
    seed: int = 0
    holdout: str = "vae8"

    @property
    def extent(self) -> Extent:
        """Edge and number of images."""
        return EXTENTS[self.size]

    @property
    def trace(self) -> Trace:
        """Strength of the generators and of delivery."""
        return TRACES[self.difficulty]

    @property
    def name(self) -> str:
        """The set's folder; sets of different pixels have different names."""
        protocol = f"logo-{self.holdout}" if self.protocol == "logo" else self.protocol
        return f"{self.size}-{self.difficulty}-{protocol}-seed{self.seed}-v{VERSION}"

    @property
    def images(self) -> int:
        """Images in all splits."""
        return 2 * sum(self.extent.scenes[split] for split in SPLITS)


def parse_spec(size: str, difficulty: str, protocol: str, seed: int, holdout: str) -> SetSpec:
    """Check what the config says.

    Raises:
        ConfigError: if a name is unknown or the seed negative.
    """
    if seed < 0:
        raise ConfigError(
            f"expected a seed of at least 0, but got {seed} (data.dataset_seed)",
            hint="data.dataset_seed=0",
        )
    return SetSpec(
        size=cast("Size", _known("data.size", size, EXTENTS)),
        difficulty=cast("Difficulty", _known("data.difficulty", difficulty, TRACES)),
        protocol=cast("Protocol", _known("data.protocol", protocol, get_args(Protocol))),
        seed=seed,
        holdout=_known("data.holdout", holdout, GENERATORS),
    )


def _known(key: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    if name in names:
        return name
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    raise ConfigError(
        f"expected one of {', '.join(names)}, but got {name!r} ({key})",
        hint=f"{key}={near[0] if near else names[0]}",
    )
