"""What a sample's cues and probes came to, as checks: could a detector cheat?"""

from collections.abc import Sequence
from typing import Final

from ai_vs_human.data.audit.evidence import Evidence
from ai_vs_human.data.audit.report import Auroc, Check, Cue, Probe
from ai_vs_human.data.audit.traits import TRAITS

_NEUTRAL: Final = "data/delivery=neutral delivers both classes in the same format, quality and size"
_TOO_FEW: Final = "too few images to say: it takes 20 of each class that are not alike"
_SAME_ROAD: Final = (
    "files that were saved by the same programmes in both classes; decoded images have neither"
    " EXIF nor profile, so that delivering them alike does not help"
)
INVISIBLE: Final = frozenset(trait.name for trait in TRAITS if not trait.is_visible)
"""Names of the traits that decoded pixels keep nothing of."""


def shortcut_checks(
    evidence: Evidence,
    cues: Sequence[Cue],
    metadata: Probe,
    thumbnail: Probe,
    visible: Probe | None = None,
) -> tuple[Check, ...]:
    """The strongest cue, and both classifiers.

    Judged is the lower end of the 95 % interval: chance alone does not accuse a small set.

    Args:
        evidence: with the limits.
        cues: the strongest first.
        metadata: on all traits of the files.
        thumbnail: on thumbnails.
        visible: on those traits only that pixels can keep a trace of, where it is another.
    """
    return (
        _cue(evidence, cues, judged=metadata.auroc is not None),
        _metadata(evidence, metadata, visible or metadata),
        _thumbnail(evidence, thumbnail),
    )


def is_format_visible(evidence: Evidence, cues: Sequence[Cue], visible: Probe) -> bool:
    """Whether a trait, or several, tell the classes apart that pixels can keep a trace of."""
    lows = [("cue", cue.auroc.low) for cue in cues if cue.trait not in INVISIBLE]
    lows.append(("metadata", _low(visible)))
    return any(evidence.limits.verdict(name, low) != "ok" for name, low in lows)


def _cue(evidence: Evidence, cues: Sequence[Cue], *, judged: bool) -> Check:
    meaning = "A detector that looks for this has nothing to say where both classes have it."
    title = "the trait that tells most"
    if not cues:
        alike = "all files are alike in format, size, JPEG history, alpha, profile and EXIF"
        return Check("cue", title, "ok", alike if judged else _TOO_FEW, meaning)
    best = cues[0]
    check = evidence.check(
        "cue",
        title,
        best.auroc.low,
        found=f"{best.title}: {best.words} ({_said(best.auroc)})",
        meaning=meaning,
        remedy=_NEUTRAL,
    )
    return _warning(check) if best.trait in INVISIBLE and check.verdict != "ok" else check


def _warning(check: Check) -> Check:
    """The same of what only a decoder drops: no detector can learn it."""
    meaning = "Pixels do not show it, but files that differ in it have different histories."
    return Check(check.name, check.title, "warn", check.found, meaning, _SAME_ROAD)


def _metadata(evidence: Evidence, probe: Probe, visible: Probe) -> Check:
    check = evidence.check(
        "metadata",
        "classifier that sees no pixels",
        _low(probe),
        found=_found(probe, "from format, size, JPEG history, alpha, profile and EXIF alone"),
        meaning="What tells the classes apart without a look at the pixels is learnt first, and"
        " is gone with the next upload.",
        remedy=_NEUTRAL,
    )
    seen = evidence.limits.verdict("metadata", _low(visible))
    return _warning(check) if seen == "ok" and check.verdict != "ok" else check


def _thumbnail(evidence: Evidence, probe: Probe) -> Check:
    return evidence.check(
        "thumbnail",
        "classifier on 8 x 8 thumbnails",
        _low(probe),
        found=_found(probe, "from thumbnails of 8 x 8 pixels"),
        meaning="The classes show different things: a detector may learn subjects and colours in"
        " place of traces, and fail on others.",
        remedy="images of the same subjects in both classes; a residual front-end"
        " (model/frontend=npr) sees less of the subject",
    )


def _low(probe: Probe) -> float:
    return 0.0 if probe.auroc is None else probe.auroc.low


def _found(probe: Probe, how: str) -> str:
    if probe.auroc is None:
        return _TOO_FEW
    return f"{_said(probe.auroc)} {how}"


def _said(auroc: Auroc) -> str:
    return f"AUROC {auroc.value:.3f} [{auroc.low:.3f}, {auroc.high:.3f}]"
