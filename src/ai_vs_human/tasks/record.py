"""A run's attempt to the record of what it was started from."""

import sys
from pathlib import Path
from typing import Final

from hydra.core.hydra_config import HydraConfig
from lightning.pytorch.utilities import rank_zero_only

from ai_vs_human.runs.provenance.record import Provenance, collect, read_provenance
from ai_vs_human.tasks.attempt import Attempt

PROJECT: Final = Path(__file__).parents[3]
"""The folder with uv.lock, in a checkout."""


def keep_provenance(attempt: Attempt) -> None:
    """Write provenance.json, or that of a later attempt, before anything is trained."""
    provenance = collect_now(attempt.result.run_id, attempt.values["seed"])
    provenance.write(attempt.folder, attempt.result.attempts)


def collect_now(run_id: str, seed: int | None) -> Provenance:
    """The state of code, packages and machine as it is now."""
    overrides = HydraConfig.get().overrides.task if HydraConfig.initialized() else []
    return collect(
        run_id=run_id,
        command=[sys.executable, *sys.argv],
        overrides=list(overrides),
        seed=seed,
        project=PROJECT,
    )


@rank_zero_only
def keep_data(attempt: Attempt) -> None:
    """Add what is known of the images, once they are listed."""
    provenance = read_provenance(attempt.folder, attempt.result.attempts)
    provenance.data = dict(attempt.result.data)
    provenance.write(attempt.folder, attempt.result.attempts)
