"""A manifest's facts to a few words on how the files of its two classes differ."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.labels import Label


def facts_by_class(manifest: Manifest) -> dict[Label, list[ImageFacts]]:
    """The facts of each class that occurs."""
    found: dict[Label, list[ImageFacts]] = {}
    for record in manifest.records:
        found.setdefault(record.label, []).append(manifest.facts[record.path])
    return dict(sorted(found.items()))


def shorter_sides(facts: Iterable[ImageFacts]) -> list[int]:
    """In pixels."""
    return [min(one.width, one.height) for one in facts]


def contrast(classes: Mapping[Label, Sequence[ImageFacts]]) -> str:
    """For instance `JPEG: 96 % of human, 0 % of ai; size: 640 x 480 of human, 512 x 512 of ai`.

    Qualities and sizes are medians. What is the same in both classes is left out.
    """
    jpegs = {k: [one for one in facts if one.format == "JPEG"] for k, facts in classes.items()}
    said = (
        _said("JPEG", {k: f"{100 * len(jpegs[k]) / len(classes[k]):.0f} %" for k in classes}),
        _said(
            "JPEG quality", {k: _median([one.jpeg_quality for one in jpegs[k]]) for k in classes}
        ),
        _said("size", {k: _size(facts) for k, facts in classes.items()}),
    )
    return "; ".join(one for one in said if one)


def _said(name: str, values: Mapping[Label, str]) -> str:
    if len(set(values.values())) < len(Label) or "" in values.values():
        return ""
    return f"{name}: " + ", ".join(f"{value} of {label.key}" for label, value in values.items())


def _size(facts: Sequence[ImageFacts]) -> str:
    return " x ".join(
        _median([getattr(one, side) for one in facts]) for side in ("width", "height")
    )


def _median(values: Sequence[int]) -> str:
    return f"{np.median(values):.0f}" if values else ""
