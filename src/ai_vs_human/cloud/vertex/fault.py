"""What a service answered instead of an answer, whatever client asked."""

from typing import Final

_TOO_MANY: Final = 429
_OF_THE_SERVER: Final = 500


class ServiceFault(Exception):  # noqa: N818 -- it may be none of ours: a retry decides
    """A request that failed.

    Attributes:
        code: HTTP status; None where the service was not reached.
        message: the service's own words.
    """

    def __init__(self, code: int | None, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def temporary(self) -> bool:
        """Whether the same request may be answered later: quota, overload, no network."""
        return self.code is None or self.code == _TOO_MANY or self.code >= _OF_THE_SERVER

    @property
    def quota(self) -> bool:
        """Whether too much was asked for at a time."""
        return self.code == _TOO_MANY

    def __str__(self) -> str:
        """Code and first line: Google appends pages."""
        first = self.message.strip().splitlines()[0] if self.message.strip() else "no reason"
        return first if self.code is None else f"{self.code} {first}"
