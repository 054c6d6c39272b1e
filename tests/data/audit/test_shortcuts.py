"""Chance does not accuse: what is judged is the lower end of an interval."""

from pathlib import Path

import pytest

from ai_vs_human.data.audit.evidence import Evidence
from ai_vs_human.data.audit.limits import DEFAULTS, Limits
from ai_vs_human.data.audit.report import Auroc, Cue, Probe
from ai_vs_human.data.audit.shortcuts import shortcut_checks
from ai_vs_human.data.manifest import Manifest

NOTHING = Evidence(Manifest(Path(), ()), (), (), Limits(DEFAULTS))


def verdicts(auroc: Auroc, trait: str = "format") -> dict[str, str]:
    cues = [Cue(trait, trait, auroc, "they differ")]
    probes = [Probe(name, auroc, 100) for name in ("metadata", "thumbnail")]
    return {check.name: check.verdict for check in shortcut_checks(NOTHING, cues, *probes)}


@pytest.mark.parametrize(
    ("low", "verdict"), [(0.55, "ok"), (0.6, "ok"), (0.61, "warn"), (0.75, "warn"), (0.76, "stop")]
)
def test_the_lower_end_of_the_interval_is_judged(low: float, verdict: str) -> None:
    found = verdicts(Auroc(0.8, low, 0.95))

    assert (found["cue"], found["metadata"]) == (verdict, verdict)


def test_what_pixels_do_not_show_warns_only() -> None:
    assert verdicts(Auroc(1.0, 0.99, 1.0), "exif")["cue"] == "warn"
    assert verdicts(Auroc(1.0, 0.99, 1.0), "jpeg_quality")["cue"] == "stop"


def test_a_limit_of_null_never_says_so() -> None:
    limits = Limits({"metadata": [None, None], "cue": [0.6, None]})

    assert limits.verdict("metadata", 1.0) == "ok"
    assert limits.verdict("cue", 1.0) == "warn"
