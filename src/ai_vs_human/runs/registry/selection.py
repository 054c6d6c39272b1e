"""Words about runs (status, task, tags, dates, sweep) to the entries that they fit."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.registry.entry import Entry

_DAY_LENGTH = len("2026-11-23")


@dataclass(frozen=True)
class Selection:
    """Which runs are meant; what is empty or None leaves all.

    Attributes:
        statuses: one of them.
        task: train or evaluate.
        tags: all of them.
        since: started then or later; a run of unknown start is never since or until.
        until: started then or earlier.
        sweep: the id of the sweep that it is a job of.
    """

    statuses: tuple[str, ...] = ()
    task: str | None = None
    tags: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    sweep: str | None = None

    def fits(self, entry: Entry) -> bool:
        """Whether a run is meant."""
        tags = set() if entry.result is None else set(entry.result.tags)
        return (
            (not self.statuses or entry.status in self.statuses)
            and self.task in (None, entry.task)
            and tags.issuperset(self.tags)
            and self.sweep in (None, entry.sweep)
            and self._fits_in_time(entry.started)
        )

    def _fits_in_time(self, started: datetime | None) -> bool:
        if started is None:
            return self.since is None and self.until is None
        after = self.since is None or self.since <= started
        return after and (self.until is None or started <= self.until)


def first_moment(text: str) -> datetime:
    """The beginning of a day such as 2026-11-23, or a time of ISO 8601; UTC if it names no zone.

    Raises:
        ConfigError: if it is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            f"expected a day or a time, but got {text!r} (--since, --until)",
            hint="2026-11-23, or 2026-11-23T18:30",
        ) from error


def last_moment(text: str) -> datetime:
    """The end of a day such as 2026-11-23, or a time of ISO 8601; UTC if it names no zone.

    Raises:
        ConfigError: if it is neither.
    """
    is_day = len(text) <= _DAY_LENGTH
    rest = timedelta(days=1, microseconds=-1) if is_day else timedelta()
    return first_moment(text) + rest
