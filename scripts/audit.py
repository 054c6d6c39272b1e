"""Look for leaks and shortcuts in images: `python scripts/audit.py data=folder data.root=…`."""

from pathlib import Path

from ai_vs_human.tasks.entry import run_task

if __name__ == "__main__":
    run_task("audit", Path(__file__).parents[1] / "conf")
