import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from ai_vs_human.cloud.secrets import PATHS, fetch_secrets, listed
from ai_vs_human.errors import CloudError
from ai_vs_human.runs.secret_names import is_secret

KEPT = {"projects/p/secrets/wandb/versions/latest": "w-1234567890"}


@contextmanager
def secret_manager() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            value = KEPT.get(self.path.removeprefix("/v1/").removesuffix(":access"))
            self.send_response(403 if value is None else 200)
            self.end_headers()
            if value is not None:
                data = base64.b64encode(value.encode()).decode()
                self.wfile.write(json.dumps({"payload": {"data": data}}).encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_names_get_their_project_and_version() -> None:
    paths = listed({"B": "b", "A": "projects/x/secrets/a", "C": "c/versions/3"}, "mine")

    assert json.loads(paths) == {
        "A": "projects/x/secrets/a/versions/latest",
        "B": "projects/mine/secrets/b/versions/latest",
        "C": "projects/mine/secrets/c/versions/3",
    }
    assert not is_secret(PATHS, paths)  # else it would be masked wherever it is shown


def test_secrets_are_put_where_they_are_missing() -> None:
    paths = listed({"WANDB_API_KEY": "wandb", "HERE": "not-asked-for"}, "p")
    environment = {PATHS: paths, "HERE": "already"}
    with secret_manager() as address, requests.Session() as session:
        fetch_secrets(environment, service=address, session=session)

    assert environment == {PATHS: paths, "HERE": "already", "WANDB_API_KEY": "w-1234567890"}


def test_without_names_nothing_is_asked() -> None:
    environment: dict[str, str] = {}
    fetch_secrets(environment, service="http://127.0.0.1:1")
    assert environment == {}


def test_a_secret_that_may_not_be_read_ends_the_run() -> None:
    environment = {PATHS: listed({"HF_TOKEN": "hf"}, "p")}
    with (
        secret_manager() as address,
        requests.Session() as session,
        pytest.raises(
            CloudError,
            match=r"expected the secret for HF_TOKEN, but got: 403 Forbidden"
            r" \(projects/p/secrets/hf/versions/latest\)",
        ),
    ):
        fetch_secrets(environment, service=address, session=session)
