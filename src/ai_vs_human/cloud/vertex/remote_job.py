"""A custom job as Vertex AI describes it."""

from dataclasses import dataclass
from typing import Final

_ENDS: Final = frozenset(("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED", "PARTIALLY_SUCCEEDED"))


@dataclass(frozen=True)
class RemoteJob:
    """A custom job at one moment.

    Attributes:
        name: `projects/<number>/locations/<region>/customJobs/<id>`.
        state: QUEUED, PENDING, RUNNING, SUCCEEDED, FAILED, …: Google's, without JOB_STATE_.
        error: Google's words on why it failed; None where there are none.
    """

    name: str
    state: str
    error: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in _ENDS

    @property
    def succeeded(self) -> bool:
        """Whether its command ended with 0."""
        return self.state == "SUCCEEDED"

    @property
    def console(self) -> str:
        """Where a person sees it."""
        _, project, _, region, _, number = self.name.split("/")
        page = "https://console.cloud.google.com/vertex-ai/locations"
        return f"{page}/{region}/training/{number}?project={project}"
