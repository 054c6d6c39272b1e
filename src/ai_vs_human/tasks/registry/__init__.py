"""The commands of `scripts/runs.py`."""
