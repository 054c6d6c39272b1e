"""A study to one HTML page: the best trials and figures to point at, without any other file."""

import html
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from plotly.offline import get_plotlyjs

from ai_vs_human.reporting.palette import FAINT, INK, PAPER, RULE
from ai_vs_human.reporting.study.charts import Said, chart, said_of_trials
from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.reporting.study.importances import Absent, Importances
from ai_vs_human.reporting.study.panels import Panel
from ai_vs_human.reporting.study.rows import table_rows
from ai_vs_human.reporting.study.words import failures, headline, ranking
from ai_vs_human.runs.whole_file import write_whole

_SCRIPT: Final = """
const config = {displaylogo: false, responsive: true,
  modeBarButtons: [["toImage", "resetScale2d"]]};
for (const [id, figure] of Object.entries(figures))
  Plotly.newPlot(id, figure.data, figure.layout, config);
"""
_STYLE: Final = f"""
body {{ margin: 1.5rem; background: {PAPER}; color: {INK}; font: 15px/1.45 system-ui, sans-serif }}
h1 {{ font-size: 1.3rem }} h2 {{ font-size: 1rem; margin: 0; overflow-wrap: anywhere }}
p, pre {{ color: {FAINT}; margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums }}
.wide {{ overflow-x: auto }}
th, td {{ padding: .25rem .7rem; border-bottom: 1px solid {RULE}; text-align: left;
  white-space: nowrap }}
main {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1.5rem;
  margin-top: 1.5rem }}
section {{ min-width: 0 }}
"""


def write_page(facts: StudyFacts, panels: Sequence[Panel], path: Path) -> None:
    """Write the page; it opens without a network."""
    title = html.escape(headline(facts))
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>{title}</title><style>{_STYLE}</style>",
        f"<script>{get_plotlyjs()}</script></head><body><h1>{title}</h1>",
        *_paragraphs([f"fixed       {' '.join(facts.fixed)}"] if facts.fixed else []),
        *_paragraphs(failures(facts)),
        _table(facts),
        "<main>",
        *(_section(panel, f"panel-{place}") for place, panel in enumerate(panels)),
        f"</main>{_script(panels, said_of_trials(facts))}</body></html>",
    ]
    write_whole(path, "\n".join(parts))


def _paragraphs(lines: Iterable[str]) -> list[str]:
    text = "\n".join(lines)
    return [f"<pre>{html.escape(text)}</pre>"] if text else []


def _table(facts: StudyFacts) -> str:
    rows = table_rows(facts)
    caption = f"<p>{html.escape(ranking(facts))}</p>"
    if not rows:
        return caption
    head = "".join(f"<th>{html.escape(name)}</th>" for name in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row.values())}</tr>"
        for row in rows
    )
    return f"{caption}<div class='wide'><table><tr>{head}</tr>{body}</table></div>"


def _section(panel: Panel, name: str) -> str:
    title = f"<section><h2>{html.escape(panel.title)}</h2>"
    if isinstance(panel, Absent):
        return f"{title}<p>not drawn: {html.escape(panel.reason)}</p></section>"
    note = f"<p>{html.escape(panel.evaluator)}</p>" if isinstance(panel, Importances) else ""
    return f"{title}{note}<div id='{name}'></div></section>"


def _script(panels: Sequence[Panel], said: Said) -> str:
    """Draw the figures once the page is laid out, so that each knows its width.

    plotly escapes every `<` in its JSON, so that no text can end the script.
    """
    charts = ", ".join(
        f'"panel-{place}": {chart(panel, said).to_json()}'
        for place, panel in enumerate(panels)
        if not isinstance(panel, Absent)
    )
    return f"<script>const figures = {{{charts}}};{_SCRIPT}</script>"
