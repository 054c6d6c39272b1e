"""Log records to the same without secrets, before they reach the console or a run's log file."""

import logging

from typing_extensions import override

from ai_vs_human.runs.masking import mask_text


class _Masked(logging.Filter):
    """Rewrites each record's message."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_text(record.getMessage()), ()
        return True


def mask_log() -> None:
    """Keep secrets out of every handler that Hydra has set up for a job."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_Masked())
