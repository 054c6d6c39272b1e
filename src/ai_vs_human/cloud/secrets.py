"""Names of secrets to their values, in the environment of the process that needs them.

A custom job of Vertex AI has plain variables only, which everyone sees who may see the job. So its
specification says where secrets lie, and the job asks Secret Manager, as its service account. See
https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
"""

import base64
import json
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from ai_vs_human.errors import CloudError, ConfigError

PATHS: Final = "AI_VS_HUMAN_SECRET_PATHS"
"""The variable that says where secrets lie: JSON, from variable to full name."""

_SERVICE: Final = "https://secretmanager.googleapis.com"
_SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
_SECONDS: Final = 60.0


def listed(secrets: Mapping[str, str], project: str) -> str:
    """What `PATHS` holds.

    Args:
        secrets: name in Secret Manager, by variable: the secret's, with its project and version
            where these are not `project` and the latest.
        project: of the names without one.
    """
    full = {variable: _full(secrets[variable], project) for variable in sorted(secrets)}
    return json.dumps(full, separators=(",", ":"))


def fetch_secrets(
    environment: MutableMapping[str, str], *, service: str = _SERVICE, session: Any = None
) -> None:
    """Put the secrets that `PATHS` names into an environment; those it has already stay.

    Args:
        environment: to read and to fill; nothing happens where it has no `PATHS`.
        service: address of Secret Manager.
        session: of requests; by default one with this machine's credentials.

    Raises:
        ConfigError: if there are no credentials, or nothing to ask with.
        CloudError: if a secret cannot be read.
    """
    wanted: dict[str, str] = json.loads(environment.get(PATHS, "{}"))
    wanted = {name: path for name, path in wanted.items() if name not in environment}
    if not wanted:
        return
    session = session or _session()
    for variable, path in wanted.items():
        answer = session.get(f"{service}/v1/{path}:access", timeout=_SECONDS)
        if not answer.ok:
            raise CloudError(
                f"expected the secret for {variable}, but got: {answer.status_code}"
                f" {answer.reason} ({path})",
                hint="the job's service account needs the role Secret Manager Secret Accessor",
            )
        environment[variable] = base64.b64decode(answer.json()["payload"]["data"]).decode()


def _full(name: str, project: str) -> str:
    path = name if name.startswith("projects/") else f"projects/{project}/secrets/{name}"
    return path if "/versions/" in path else f"{path}/versions/latest"


def _session() -> Any:
    try:
        from google.auth import default  # noqa: PLC0415 -- an extra
        from google.auth.exceptions import DefaultCredentialsError  # noqa: PLC0415
        from google.auth.transport.requests import AuthorizedSession  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(
            f"expected the package google-auth for secrets, but it is not installed ({PATHS})",
            hint="uv sync --extra vertex",
        ) from error
    try:
        credentials, _ = default(scopes=[_SCOPE])
    except DefaultCredentialsError as error:
        raise ConfigError(
            f"expected Google's credentials for secrets, but got none ({PATHS})",
            hint="gcloud auth application-default login",
        ) from error
    return AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
