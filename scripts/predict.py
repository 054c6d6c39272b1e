"""Score files and folders: `python scripts/predict.py input=photo.jpg`."""

from pathlib import Path

from ai_vs_human.tasks.entry import run_task

if __name__ == "__main__":
    run_task("predict", Path(__file__).parents[1] / "conf")
