"""Repeat a run and compare: `python scripts/reproduce.py run=latest`."""

from pathlib import Path

from ai_vs_human.tasks.entry import run_task

if __name__ == "__main__":
    run_task("reproduce", Path(__file__).parents[1] / "conf")
