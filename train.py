"""Train a detector: `python train.py model=resnet18 trainer.max_epochs=10`."""

from pathlib import Path

from ai_vs_human.tasks.entry import run_task

if __name__ == "__main__":
    run_task("train", Path(__file__).parent / "conf")
