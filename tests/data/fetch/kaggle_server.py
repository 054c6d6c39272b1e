"""A server on the loopback that answers what kagglehub asks of Kaggle about a data set."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any
from zipfile import ZipFile

import pytest

TOKENS = ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLEHUB_CACHE")


def zipped(files: dict[str, bytes]) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


@dataclass
class Kaggle:
    """What the server gives, and what it was asked.

    Attributes:
        address: of the server.
        archive: of every version of every data set.
        md5: of the archive; None for the right one.
        status: of the answer to a question for an archive.
        cut: bytes after which each answer with an archive ends; None for none.
        ranges: whether a part of the archive can be asked for.
        pause: wait in the middle of the archive until `go_on`.
        asked: the last part of each path, and the bytes asked for.
    """

    address: str = ""
    archive: bytes = b""
    md5: str | None = None
    status: int = 302
    cut: int | None = None
    ranges: bool = False
    pause: bool = False
    half_sent: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def prelude(self) -> str:
        """What another Python process executes to ask this server."""
        return (
            "from kagglesdk import kaggle_env as k;"
            f"k._env_to_endpoint[k.KaggleEnv.LOCAL] = {self.address!r};"
        )


@contextmanager
def kaggle_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kaggle]:
    """Serve; kagglehub asks here, here and in other processes, and finds no token of anybody's."""
    from kagglesdk import kaggle_env  # noqa: PLC0415 -- half a second that collecting need not wait

    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(home))
    # Not TEST, in which every request is printed with its headers
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
    kaggle = Kaggle()
    handler = type("Handler", (_Handler,), {"kaggle": kaggle})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        kaggle.address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setitem(kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.LOCAL, kaggle.address)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield kaggle
        kaggle.go_on.set()
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    kaggle: Kaggle

    def log_message(self, *args: Any) -> None:
        """Say nothing: the test's output is no access log."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        method = self.path.rpartition("/")[2]
        self.kaggle.asked.append((method, None))
        if method == "GetDataset":
            self._send(200, b'{"currentVersionNumber": 2}', {"Content-Type": "application/json"})
        elif self.kaggle.status == 302:
            self._send(302, b"", {"Location": f"{self.kaggle.address}/archive.zip"})
        else:
            refusal = {"code": self.kaggle.status, "message": "as the test wants"}
            body = json.dumps(refusal).encode()
            self._send(self.kaggle.status, body, {"Content-Type": "application/json"})

    def do_GET(self) -> None:
        archive, asked = self.kaggle.archive, self.headers["Range"]
        self.kaggle.asked.append(("archive", asked))
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        md5 = self.kaggle.md5 or b64encode(hashlib.md5(archive).digest()).decode()  # noqa: S324 -- Kaggle's
        headers = {"x-goog-hash": f"crc32c=AAAAAA==,md5={md5}"}
        if self.kaggle.ranges:
            headers["Accept-Ranges"] = "bytes"
        self._send(206 if begin else 200, archive[begin:], headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if "x-goog-hash" not in headers:
            self.wfile.write(body)
            return
        half = len(body) // 2 if self.kaggle.pause else 0
        self.wfile.write(body[:half])
        if self.kaggle.pause:
            self.wfile.flush()
            self.kaggle.half_sent.set()
            self.kaggle.go_on.wait(20)
        with suppress(ConnectionError):  # of a client that was killed
            self.wfile.write(body[half : self.kaggle.cut])
