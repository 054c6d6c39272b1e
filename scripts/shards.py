"""Write images into shards to stream from: `python scripts/shards.py data=folder data.root=…`."""

from pathlib import Path

from ai_vs_human.tasks.entry import run_task

if __name__ == "__main__":
    run_task("shards", Path(__file__).parents[1] / "conf")
