"""An audit's report to one HTML page: verdicts, pictures of pairs, bars; without any other file."""

import html
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ai_vs_human.data.audit.report import AuditReport, Check, Example, Probe, Shown
from ai_vs_human.reporting.audit.bars import histogram, interval
from ai_vs_human.reporting.audit.pictures import mean_picture, picture
from ai_vs_human.reporting.audit.style import STYLE
from ai_vs_human.reporting.audit.table import headline
from ai_vs_human.runs.masking import mask_text
from ai_vs_human.runs.whole_file import write_whole

_PAIRS: Final = 6
_KEY: Final = (
    "<small class='key'><i class='ai'></i>AI<i class='human'></i>human: share of each class</small>"
)
_NAMES: Final = {
    "metadata": "What the files tell without their pixels",
    "thumbnail": "What 8 x 8 pixels tell",
}


def write_audit_page(report: AuditReport, path: Path) -> None:
    """Write the page; it opens without a network.

    What names of files hold is text, never markup; what is no Unicode in them is spelt out.
    """
    title = html.escape(headline(report))
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>",
        f"<p class='faint'>fingerprint {html.escape(report.fingerprint[:16])}</p>",
        _verdicts(report.checks),
        *_pairs(report),
        "<h2>Shortcuts</h2><div class='grid'>",
        *(_probe(probe, report) for probe in report.probes),
        f"</div>{_cues(report)}",
        f"<h2>Traits of the files {_KEY}</h2><div class='grid'>",
        *(histogram(one) for one in report.histograms),
        "</div><h2>Where the images are from</h2>",
        _makeup(report),
        *_unreadable(report),
        "</body></html>",
    ]
    write_whole(path, mask_text("\n".join(parts)).encode("utf-8", "backslashreplace"))


def _verdicts(checks: Iterable[Check]) -> str:
    rows = [_verdict(check) for check in checks]
    head = _head("verdict", "check", "what was found", "what it means, and what to do")
    return f"<h2>Verdicts</h2><table>{head}{''.join(rows)}</table>"


def _verdict(check: Check) -> str:
    remedy = f"<p>{html.escape(check.remedy)}</p>" if check.remedy else ""
    return (
        f"<tr class='{check.verdict}'><td><span class='dot'></span>{check.verdict}</td>"
        f"<td>{html.escape(check.title)}</td><td>{html.escape(check.found)}</td>"
        f"<td><span class='faint'>{html.escape(check.meaning)}</span>{remedy}</td></tr>"
    )


def _pairs(report: AuditReport) -> Iterator[str]:
    found = [check for check in report.checks if check.examples]
    if found:
        yield "<h2>Images that are alike</h2>"
    for check in found:
        shown = check.examples[:_PAIRS]
        yield f"<h3>{html.escape(check.title)}: {html.escape(check.found)}</h3>"
        yield "<div class='grid pairs'>"
        yield from (_pair(example, Path(report.root)) for example in shown)
        yield "</div>"


def _pair(example: Example, root: Path) -> str:
    same = "equal pixels"
    said = same if example.distance is None else f"hashes differ in {example.distance} of 64 bits"
    figures = f"{_figure(example.first, root)}{_figure(example.second, root)}"
    return f"<div class='pair'>{figures}<p>{said}</p></div>"


def _figure(shown: Shown, root: Path) -> str:
    source = picture(root / shown.path)
    drawn = f"<img alt='' src='{source}'>" if source else "<p>cannot be read any more</p>"
    caption = html.escape(", ".join(word for word in (shown.label, shown.split) if word))
    name = html.escape(shown.path)
    return f"<figure>{drawn}<figcaption><b>{caption}</b><br>{name}</figcaption></figure>"


def _probe(probe: Probe, report: AuditReport) -> str:
    heading = f"<figure><h3>{_NAMES[probe.name]}</h3>"
    if probe.auroc is None:
        return f"{heading}<p class='faint'>too few images to say</p></figure>"
    auroc = probe.auroc
    said = (
        f"<p class='auroc'>AUROC {auroc.value:.3f}{interval(auroc)}</p>"
        f"<p class='faint'>0.5 is chance, 1 is perfect; 95 % interval {auroc.low:.3f} to"
        f" {auroc.high:.3f}; cross-validated on {probe.images:,} images</p>"
    )
    rows = [(name, f"{weight:+.3f}") for name, weight in probe.strongest]
    unit = "AI - human, in SD" if probe.name == "thumbnail" else "AUROC lost without"
    table = _rows(("goes by", unit), rows) if rows else ""
    return f"{heading}{said}{table}{_means(report) if probe.name == 'thumbnail' else ''}</figure>"


def _means(report: AuditReport) -> str:
    figures = [
        f"<figure><img class='mean' alt='' src='{mean_picture(levels)}'>"
        f"<br><small>mean of {html.escape(label)}</small></figure>"
        for label, levels in report.thumbnails.items()
    ]
    return f"<div class='means'>{''.join(figures)}</div>"


def _cues(report: AuditReport) -> str:
    if not report.cues:
        return ""
    rows = [
        f"<tr><td>{html.escape(cue.title)}</td>"
        f"<td class='auroc'>{cue.auroc.value:.3f}{interval(cue.auroc)}</td>"
        f"<td>{html.escape(cue.words)}</td></tr>"
        for cue in report.cues
    ]
    head = _head("trait alone", "AUROC", "how the classes differ")
    return f"<h3 class='next'>One trait at a time</h3><table>{head}{''.join(rows)}</table>"


def _makeup(report: AuditReport) -> str:
    splits = [(name, f"{n['ai']:,}", f"{n['human']:,}") for name, n in report.splits.items()]
    origins = [
        (label, origin, f"{count:,}")
        for label, counts in report.origins.items()
        for origin, count in counts.items()
    ]
    return (
        f"<div class='grid'>{_rows(('split', 'AI', 'human'), splits)}"
        f"{_rows(('class', 'generator or source', 'images'), origins)}</div>"
    )


def _unreadable(report: AuditReport) -> Iterator[str]:
    if report.unreadable:
        yield f"<h2>Files that cannot be read ({report.unreadable_count:,})</h2>"
        yield _rows(("file", "why"), report.unreadable)
    if (more := report.unreadable_count - len(report.unreadable)) > 0:
        yield f"<p class='faint'>and {more:,} more: unreadable.csv</p>"


def _rows(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<div><table class='narrow'>{_head(*titles)}{body}</table></div>"


def _head(*titles: str) -> str:
    return f"<tr>{''.join(f'<th>{html.escape(title)}</th>' for title in titles)}</tr>"
