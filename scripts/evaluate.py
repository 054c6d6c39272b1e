"""Measure a trained detector again: `python scripts/evaluate.py run=latest`."""

from pathlib import Path

from ai_vs_human.tasks.entry import run_task

if __name__ == "__main__":
    run_task("evaluate", Path(__file__).parents[1] / "conf")
