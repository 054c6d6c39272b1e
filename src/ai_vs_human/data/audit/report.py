"""What an audit found, as plain values: to JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

VERSION: Final = 2
"""Of the report and of what the checks do: an older report is made again."""

Verdict = Literal["ok", "warn", "stop"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
"""From good to bad."""

FORMAT_CHECKS: Final = ("cue", "metadata")
"""Those that ask what the files are like, whatever they show: class-neutral delivery mends it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An image of an example.

    Attributes:
        path: relative to the manifest's root.
        label: human or ai.
        split: train, val or test; empty where it has none.
    """

    path: str
    label: str
    split: str


@dataclass(frozen=True, slots=True)
class Example:
    """Two images that are alike.

    Attributes:
        first: one of them.
        second: the other.
        distance: bits in which their perceptual hashes differ; None where the pixels are equal.
    """

    first: Shown
    second: Shown
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the images, and its answer.

    Attributes:
        name: the key of its limits, and by which programs know it.
        title: for people.
        verdict: ok, warn or stop.
        found: what there is, in one sentence.
        meaning: what that does to a detector.
        remedy: what to do about it; empty where nothing is to be done.
        examples: of what was found, at most 500 pairs.
    """

    name: str
    title: str
    verdict: Verdict
    found: str
    meaning: str
    remedy: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often each value of a trait occurs in each class.

    Attributes:
        trait: its name.
        title: for people.
        values: from left to right, in words.
        ai: AI images of each value.
        human: human images of each value.
    """

    trait: str
    title: str
    values: tuple[str, ...]
    ai: tuple[int, ...]
    human: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Auroc:
    """How well something tells the classes apart, on images that it was not fitted to.

    Attributes:
        value: 0.5 is chance, 1 is perfect.
        low: lower end of the 95 % interval.
        high: upper end of it.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cue:
    """One trait, and how well it alone tells the classes apart.

    Attributes:
        trait: its name.
        title: for people.
        auroc: of a guess from this trait.
        words: how the classes differ in it.
    """

    trait: str
    title: str
    auroc: Auroc
    words: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A small classifier that must not look at the pixels, or hardly.

    Attributes:
        name: metadata or thumbnail.
        auroc: None where there are too few images to say.
        images: that it was tried on.
        strongest: what it goes by, the strongest first, each with its weight.
    """

    name: str
    auroc: Auroc | None
    images: int
    strongest: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        root: the folder of the images.
        fingerprint: of the manifest.
        splits: images by split (or `none`), then by class.
        origins: images by class, then by generator or source, the most frequent first.
        checks: in the order in which they are told.
        histograms: of each trait.
        cues: the traits, the one that tells most first.
        probes: the classifiers.
        thumbnails: the mean 8 x 8 RGB thumbnail of each class, 192 numbers row by row.
        unreadable: the first files that cannot be read, and why.
        unreadable_count: of all such files.
        is_format_visible: whether pixels can keep a trace of what tells the classes' files apart,
            as they cannot of EXIF and colour profiles.
        version: of this form.
    """

    root: str
    fingerprint: str
    splits: Mapping[str, Mapping[str, int]]
    origins: Mapping[str, Mapping[str, int]]
    checks: tuple[Check, ...]
    histograms: tuple[Histogram, ...]
    cues: tuple[Cue, ...]
    probes: tuple[Probe, ...]
    thumbnails: Mapping[str, tuple[int, ...]]
    unreadable: tuple[tuple[str, str], ...] = ()
    unreadable_count: int = 0
    is_format_visible: bool = True
    version: int = VERSION

    @property
    def verdict(self) -> Verdict:
        """The worst of all checks."""
        return max((c.verdict for c in self.checks), key=VERDICTS.index, default="ok")

    @property
    def has_format_cue(self) -> bool:
        """Whether the classes can be told apart by what decoded pixels keep of their files."""
        return self.is_format_visible and any(
            check.name in FORMAT_CHECKS and check.verdict != "ok" for check in self.checks
        )

    def of(self, verdict: Verdict) -> tuple[Check, ...]:
        """The checks with this verdict."""
        return tuple(check for check in self.checks if check.verdict == verdict)

    def check(self, name: str) -> Check:
        """The check of this name.

        Raises:
            KeyError: if there is none.
        """
        found = {check.name: check for check in self.checks}
        return found[name]

    def to_json(self) -> str:
        """As text for a file, verdict included."""
        values = {"verdict": self.verdict, "has_format_cue": self.has_format_cue, **asdict(self)}
        return json.dumps(values, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "AuditReport":
        """Read what `to_json` wrote.

        Raises:
            ValueError: if it is no JSON, or of another version.
            TypeError: if it has other keys.
            KeyError: if keys are missing.
        """
        values = json.loads(text)
        if not isinstance(values, dict) or values.get("version") != VERSION:
            raise ValueError(f"no report of version {VERSION}")
        del values["verdict"], values["has_format_cue"]
        return cls(
            **values
            | {
                "checks": tuple(map(_check, values["checks"])),
                "histograms": tuple(map(_histogram, values["histograms"])),
                "cues": tuple(Cue(**c | {"auroc": Auroc(**c["auroc"])}) for c in values["cues"]),
                "probes": tuple(map(_probe, values["probes"])),
                "thumbnails": {k: tuple(v) for k, v in values["thumbnails"].items()},
                "unreadable": tuple((path, reason) for path, reason in values["unreadable"]),
            }
        )


def _check(values: dict[str, Any]) -> Check:
    return Check(**values | {"examples": tuple(map(_example, values["examples"]))})


def _example(values: dict[str, Any]) -> Example:
    first, second = Shown(**values["first"]), Shown(**values["second"])
    return Example(first, second, values["distance"])


def _histogram(values: dict[str, Any]) -> Histogram:
    lists = {name: tuple(values[name]) for name in ("values", "ai", "human")}
    return Histogram(**values | lists)


def _probe(values: dict[str, Any]) -> Probe:
    auroc = None if values["auroc"] is None else Auroc(**values["auroc"])
    strongest = tuple((name, weight) for name, weight in values["strongest"])
    return Probe(**values | {"auroc": auroc, "strongest": strongest})
