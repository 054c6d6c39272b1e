"""What a study keeps about a trial besides its values, by name."""

from typing import Final

RUN: Final = "run"
"""The run's id, which is its folder in the sweep's."""
WORDS: Final = "words"
"""Hydra's words that the run was started with."""
WORKER: Final = "worker"
"""The process that does the trial, or did."""
REASON: Final = "reason"
"""Why it did not complete, as a sentence."""
INTERRUPTED: Final = "interrupted"
"""True where it says nothing about its parameters, and counts for nothing."""
RETRY_OF: Final = "retry_of"
"""The number of an interrupted trial with the same parameters."""

ASKED: Final = "asked"
"""Of a study: what it searches, so that two searches are not mixed."""
