"""Specifications to custom jobs of Vertex AI, by Google's own client."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from ai_vs_human.cloud.vertex.fault import ServiceFault
from ai_vs_human.cloud.vertex.remote_job import RemoteJob
from ai_vs_human.cloud.vertex.spec import KEY_LABEL
from ai_vs_human.errors import ConfigError

PACKAGE: Final = "google-cloud-aiplatform"
_SECONDS: Final = 60.0
"""For one answer; a job itself may take days."""
_REQUEST: Final = re.compile(r"^[A-Z]+ https?://\S+: ")
"""What the client puts before the service's words."""


class VertexClient:
    """The custom jobs of one project in one region.

    Every method may raise `ServiceFault`.
    """

    def __init__(self, project: str, region: str, endpoint: str | None = None) -> None:
        """Connect.

        Args:
            project: of Google Cloud.
            region: of Vertex AI.
            endpoint: another address of the service. One with http:// gets no credentials.

        Raises:
            ConfigError: if Google's client is not installed, or has no credentials.
        """
        self._parent = f"projects/{project}/locations/{region}"
        self._client = _connected(endpoint or f"https://{region}-aiplatform.googleapis.com")

    def create(self, job: Mapping[str, Any]) -> RemoteJob:
        """Ask for a job.

        Args:
            job: from `spec.custom_job`.

        Raises:
            ConfigError: if the specification holds what Vertex AI does not know.
        """
        message = as_message(job)
        with _as_faults():
            made = self._client.create_custom_job(
                parent=self._parent, custom_job=message, timeout=_SECONDS
            )
        return _described(made)

    def get(self, name: str) -> RemoteJob:
        """How a job is."""
        with _as_faults():
            return _described(self._client.get_custom_job(name=name, timeout=_SECONDS))

    def find(self, key: str) -> RemoteJob | None:
        """The newest job with this key that nobody has cancelled; None where there is none."""
        request = {"parent": self._parent, "filter": f"labels.{KEY_LABEL}={key}"}
        with _as_faults():
            jobs = list(self._client.list_custom_jobs(request=request, timeout=_SECONDS))
        jobs.sort(key=lambda job: job.create_time, reverse=True)
        found = map(_described, jobs)
        return next((job for job in found if not job.state.startswith("CANCEL")), None)

    def cancel(self, name: str) -> None:
        """Ask for a job's end; it comes some seconds later."""
        with _as_faults():
            self._client.cancel_custom_job(name=name, timeout=_SECONDS)


def as_message(job: Mapping[str, Any]) -> Any:
    """A specification in the types of Google's API (v1).

    Raises:
        ConfigError: if one of its keys or values does not exist there.
    """
    from google.cloud.aiplatform_v1.types import CustomJob  # noqa: PLC0415 -- takes seconds
    from google.protobuf.json_format import (  # type: ignore[import-untyped]  # noqa: PLC0415
        ParseDict,
        ParseError,
    )

    message = CustomJob()
    try:
        ParseDict(job, CustomJob.pb(message), ignore_unknown_fields=False)
    except ParseError as error:
        raise ConfigError(
            f"expected what Vertex AI knows, but got: {error} (hydra.launcher)",
            hint="hydra.launcher.dry_run=true writes the specification down",
        ) from error
    return message


def _connected(endpoint: str) -> Any:
    try:
        from google.auth.credentials import AnonymousCredentials  # noqa: PLC0415 -- an extra
        from google.auth.exceptions import DefaultCredentialsError  # noqa: PLC0415
        from google.cloud.aiplatform_v1.services.job_service import (  # noqa: PLC0415
            JobServiceClient,
        )
    except ImportError as error:
        raise ConfigError(
            f"expected the package {PACKAGE}, but it is not installed (hydra/launcher=vertex)",
            hint="uv sync --extra vertex",
        ) from error
    anonymous = AnonymousCredentials() if endpoint.startswith("http://") else None  # type: ignore[no-untyped-call]
    try:
        return JobServiceClient(
            credentials=anonymous, transport="rest", client_options={"api_endpoint": endpoint}
        )
    except DefaultCredentialsError as error:
        raise ConfigError(
            "expected Google's credentials, but got none (hydra/launcher=vertex)",
            hint="gcloud auth application-default login",
        ) from error


def _described(job: Any) -> RemoteJob:
    return RemoteJob(
        name=job.name,
        state=job.state.name.removeprefix("JOB_STATE_"),
        error=job.error.message or None,
    )


@contextmanager
def _as_faults() -> Iterator[None]:
    from google.api_core.exceptions import GoogleAPICallError  # noqa: PLC0415 -- an extra
    from google.auth.exceptions import GoogleAuthError, TransportError  # noqa: PLC0415
    from requests.exceptions import RequestException  # noqa: PLC0415

    try:
        yield
    except GoogleAPICallError as error:
        code = None if error.code is None else int(error.code)
        raise ServiceFault(code, _REQUEST.sub("", error.message)) from error
    except (RequestException, TransportError) as error:
        raise ServiceFault(None, f"no connection ({error})") from error
    except GoogleAuthError as error:
        raise ConfigError(
            f"expected valid credentials, but got: {error} (hydra/launcher=vertex)",
            hint="gcloud auth application-default login",
        ) from error
