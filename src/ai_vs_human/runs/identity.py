"""A run's name: when it started, and what keeps two runs of one second apart."""

import secrets
from datetime import UTC, datetime


def new_run_id() -> str:
    """A new id, such as 20261123-205617-3f9a1c: sortable by time (UTC), 24 random bits."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
