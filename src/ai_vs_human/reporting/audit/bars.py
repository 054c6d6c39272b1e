"""Histograms and AUROCs to bars of HTML: no script, nothing to load."""

import html
from collections.abc import Iterator

from ai_vs_human.data.audit.report import Auroc, Histogram


def histogram(shown: Histogram) -> str:
    """Two bars a value: the share of AI images that have it, and that of human ones."""
    return f"<figure><h3>{html.escape(shown.title)}</h3>{''.join(_rows(shown))}</figure>"


def _rows(shown: Histogram) -> Iterator[str]:
    ai, human = max(1, sum(shown.ai)), max(1, sum(shown.human))
    for value, of_ai, of_human in zip(shown.values, shown.ai, shown.human, strict=True):
        yield (
            f"<div class='row'><span class='value'>{html.escape(value)}</span>"
            f"<span class='bars'>{_bar('ai', of_ai, ai)}{_bar('human', of_human, human)}</span>"
            "</div>"
        )


def _bar(label: str, count: int, total: int) -> str:
    share = 100 * count / total
    said = f"{share:.0f} %" if share >= 1 or not count else "&lt; 1 %"
    return (
        f"<span class='bar' title='{count:,} of {total:,} {label}'>"
        f"<i class='{label}' style='width:{0.8 * share:.2f}%'></i><b>{said}</b></span>"
    )


def interval(auroc: Auroc) -> str:
    """A scale from 0.5 to 1 with the AUROC on its 95 % interval."""
    low, value, high = (_place(one) for one in (auroc.low, auroc.value, auroc.high))
    return (
        "<span class='scale'>"
        f"<i style='left:{low:.1f}%;width:{high - low:.1f}%'></i>"
        f"<b style='left:{value:.1f}%'></b></span>"
    )


def _place(value: float) -> float:
    """Percent of the way from chance to perfect."""
    return 100 * min(1.0, max(0.0, 2 * value - 1))
