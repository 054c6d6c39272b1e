"""The custom jobs of Vertex AI on the loopback: its REST API, and processes for containers.

A container's command is replaced by a program of the test's, which gets the container's arguments
and environment, and the variables that Vertex AI sets. It is started again when it does not end
with 0, as after a preemption. Bodies are checked against Google's own types.
See https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.customJobs
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google.cloud.aiplatform_v1.types import CustomJob
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError

from tests.cloud.vertex.fake_job import FakeJob

PAGE = 2
"""Jobs in a page of a list: few, so that a client that reads only the first is found out."""
_NAMES = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
_NAMES |= {429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}


class FakeVertex:
    """The service.

    A test may set:
        restarts: how often a container that failed is started again.
        refusals: codes for the next requests that would create a job.
        outages: codes for the next requests that ask how a job is.
        lost_answers: how many of the next requests create a job and are answered by 503.
        cancels_for_long: whether a cancelled job goes on for now.
        answer: is waited for before any answer to a request that created a job.

    A test may look at:
        jobs: by name.
        asked: how often a job was asked for.
        created: is set once there is a job.
    """

    def __init__(self, program: Sequence[str], environment: Mapping[str, str], disks: Path) -> None:
        self._program, self._environment, self._disks = program, environment, disks
        self._lock = Lock()
        self.address = ""
        self.restarts = 0
        self.refusals: list[int] = []
        self.outages: list[int] = []
        self.lost_answers = 0
        self.cancels_for_long = False
        self.answer = Event()
        self.answer.set()
        self.jobs: dict[str, FakeJob] = {}
        self.asked = 0
        self.created = Event()

    @property
    def states(self) -> list[str]:
        return [job.state for job in self.jobs.values()]

    def create(self, parent: str, asked: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        with self._lock:
            self.asked += 1
            if self.refusals:
                return error(self.refusals.pop(0), "not now, in this test")
            try:
                body = MessageToDict(ParseDict(asked, CustomJob.pb(CustomJob())))
            except ParseError as fault:
                return error(400, str(fault))
            body["name"] = f"{parent}/customJobs/{len(self.jobs) + 1}"
            body["createTime"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            job = FakeJob(body, self._program, self._environment, self.restarts, self._disks)
            self.jobs[body["name"]] = job
        job.start()
        self.created.set()
        self.answer.wait(30)
        if self.lost_answers:
            self.lost_answers -= 1
            return error(503, "the answer was lost, in this test")
        return 200, job.body

    def listed(self, wanted: str, token: str) -> Mapping[str, Any]:
        label, _, value = wanted.removeprefix("labels.").partition("=")
        with self._lock:
            jobs = [one.body for one in self.jobs.values() if one.body["labels"][label] == value]
        start = int(token or 0)
        more = {"nextPageToken": str(start + PAGE)} if start + PAGE < len(jobs) else {}
        return {"customJobs": jobs[start : start + PAGE], **more}

    def seen(self, name: str) -> tuple[int, Mapping[str, Any]]:
        if self.outages:
            return error(self.outages.pop(0), "not now, in this test")
        return (200, self.jobs[name].body) if name in self.jobs else error(404, f"no {name}")


@contextmanager
def fake_vertex(
    program: Sequence[str], environment: Mapping[str, str], disks: Path
) -> Iterator[FakeVertex]:
    """Serve until the context ends; then no process of a job is left."""
    service = FakeVertex(program, environment, disks)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Say nothing: the test's output is no access log."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
            path = urlsplit(self.path).path.removeprefix("/v1/")
            if path.endswith(":cancel"):
                job = service.jobs[path.removesuffix(":cancel")]
                job.cancel(for_long=service.cancels_for_long)
                self._send(200, {})
            else:
                self._send(*service.create(path.removesuffix("/customJobs"), body))

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            path = url.path.removeprefix("/v1/")
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            if path.endswith("/customJobs"):
                self._send(200, service.listed(query["filter"], query.get("pageToken", "")))
            else:
                self._send(*service.seen(path))

        def _send(self, code: int, document: Mapping[str, Any]) -> None:
            content = json.dumps(document).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def handle(self) -> None:
            """Mind no client that was killed while it waited for an answer."""
            try:
                super().handle()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        service.address = f"http://127.0.0.1:{server.server_port}"
        yield service
        service.answer.set()
        for job in service.jobs.values():
            job.cancel()
            job.join()
        server.shutdown()


def error(code: int, message: str) -> tuple[int, Mapping[str, Any]]:
    """An answer as Google's services give it."""
    return code, {"error": {"code": code, "message": message, "status": _NAMES[code]}}
