"""How the page of an audit looks."""

from typing import Final

from ai_vs_human.reporting.palette import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PAPER,
    RULE,
    VERMILION,
)

STYLE: Final = f"""
body {{ margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 72rem; background: {PAPER};
  color: {INK}; font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }}
h1 {{ font-size: 1.35rem; margin: 0 }}
h2 {{ font-size: 1.1rem; margin: 2.6rem 0 .6rem; border-bottom: 1px solid {RULE};
  padding-bottom: .3rem }}
h3 {{ font-size: .92rem; margin: 0 0 .5rem }}
h3.next {{ margin-top: 1.6rem }} p {{ margin: .3rem 0 }} .faint, small {{ color: {FAINT} }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }}
th, td {{ padding: .45rem .8rem .45rem 0; border-bottom: 1px solid {RULE}; text-align: left;
  vertical-align: top }}
th {{ font-weight: 600; color: {FAINT}; font-size: .85rem }}
td:first-child {{ white-space: nowrap }}
.number {{ text-align: right }} table.narrow {{ width: auto }}
.dot {{ display: inline-block; width: .6rem; height: .6rem; border-radius: 50%;
  margin-right: .45rem }}
.ok .dot {{ background: {GREEN} }} .warn .dot {{ background: {ORANGE} }}
.stop .dot {{ background: {VERMILION} }} .stop td:first-child {{ font-weight: 600 }}
.grid {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr));
  gap: 1.6rem 2.4rem }}
.pairs {{ grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem;
  margin: .6rem 0 1.4rem }}
.pair {{ display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; padding: .8rem;
  border: 1px solid {RULE}; border-radius: 6px }}
.pair figcaption {{ font-size: .78rem; line-height: 1.35; color: {FAINT}; margin-top: .3rem }}
.pair p {{ grid-column: 1 / -1; margin: 0; font-size: .82rem }}
figure {{ margin: 0; min-width: 0 }}
.pair img {{ width: 100%; height: 8rem; object-fit: contain; image-rendering: pixelated;
  background: #f6f6f6; border-radius: 3px }}
.mean {{ width: 6rem; height: 6rem; image-rendering: pixelated; border-radius: 3px }}
.means {{ display: flex; gap: 1.2rem; margin-top: .8rem }}
.row {{ display: grid; grid-template-columns: 8.5rem 1fr; gap: .7rem; align-items: center;
  font-size: .8rem; margin-bottom: .35rem }}
.value {{ text-align: right; line-height: 1.2 }}
.bar {{ display: flex; align-items: center; height: .85rem; gap: .35rem }}
.bar i {{ height: .6rem; border-radius: 1px; min-width: 1px }}
.bar b {{ font-weight: 400; font-size: .7rem; color: {FAINT}; white-space: nowrap }}
i.ai, .key .ai {{ background: {VERMILION} }} i.human, .key .human {{ background: {BLUE} }}
.key i {{ display: inline-block; width: .7rem; height: .7rem; margin: 0 .3rem 0 .9rem }}
.auroc {{ white-space: nowrap }}
.scale {{ position: relative; display: inline-block; vertical-align: middle; width: 8rem;
  height: .8rem; margin-left: .5rem; border: solid {RULE}; border-width: 0 1px 1px 1px }}
.scale i {{ position: absolute; bottom: .2rem; height: .4rem; min-width: 1px;
  background: {RULE} }}
.scale b {{ position: absolute; bottom: .05rem; width: 3px; height: .7rem; margin-left: -1px;
  background: {INK} }}
"""
