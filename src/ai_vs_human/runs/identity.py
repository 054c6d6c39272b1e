"""A run's name: when it started, and what keeps two runs of one second apart."""

import os
import re
import secrets
from datetime import UTC, datetime

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.agreement import agree


def new_run_id() -> str:
    """The id of a run that starts now, the same in all of its processes.

    That is AI_VS_HUMAN_RUN_ID where whoever started this job has chosen one, so that a cloud job
    and its run share a name; else a new one such as 20261123-205617-3f9a1c04: sortable by time
    (UTC), with 32 random bits.

    Raises:
        ConfigError: if the chosen one cannot name a folder and a W&B run.
    """
    chosen = os.environ.get("AI_VS_HUMAN_RUN_ID")
    if not chosen:
        return agree("run_id", lambda: f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}", chosen):
        raise ConfigError(
            f"expected letters, digits, - and _, but got {chosen!r} (AI_VS_HUMAN_RUN_ID)",
            hint="unset AI_VS_HUMAN_RUN_ID, and the run gets an id of its own",
        )
    return chosen
