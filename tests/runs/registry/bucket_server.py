"""A folder on disk as a bucket of Google Cloud Storage: as much of its JSON API as our clients
need, on the loopback.

See https://cloud.google.com/storage/docs/json_api/v1/objects for list, get, delete, rewrite and
the two ways to insert: an object in one request, and a session that takes it in chunks.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

PAGE = 7
"""Objects in a page: few, so that a client that reads only the first is found out."""


@contextmanager
def bucket_server(root: Path) -> Iterator[str]:
    """Serve the folders below `root` as buckets; gives the address for STORAGE_EMULATOR_HOST."""
    handler = type("Handler", (_Handler,), {"root": root, "sessions": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root: Path
    sessions: dict[str, bytearray]

    def log_message(self, *args: Any) -> None:
        """Say nothing: the test's output is no access log."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        bucket, key = _address(url.path)
        if key is None:
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._answer(_listed(self.root / bucket, query))
        elif not (self.root / bucket / key).is_file():
            self._answer({"error": {"code": 404, "message": "No such object"}}, 404)
        elif "alt=media" in url.query:
            self._send((self.root / bucket / key).read_bytes(), 200)
        else:
            self._answer(_described(self.root / bucket, self.root / bucket / key))

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if "/rewriteTo" in url.path:
            self._rewrite(*url.path.split("/rewriteTo"))
        elif query["uploadType"] == "multipart":
            described, content = _parts(body)
            self._keep(_address(url.path)[0], described["name"], content)
            self._answer({"name": described["name"], "generation": "1"})
        elif "Content-Range" not in self.headers:
            self.sessions[url.query] = bytearray()
            self._send(b"{}", 200, Location=f"http://{self.headers['Host']}{self.path}")
        else:
            self.sessions[url.query] += body
            sent, _, size = self.headers["Content-Range"].rpartition("/")
            if len(self.sessions[url.query]) == int(size):
                whole = self.sessions.pop(url.query)
                self._keep(_address(url.path)[0], query["name"], whole)
            self._send(b"{}", 200, Range=f"bytes=0-{sent.rpartition('-')[2]}")

    def do_DELETE(self) -> None:
        bucket, key = _address(urlsplit(self.path).path)
        assert key
        if (self.root / bucket / key).is_file():
            (self.root / bucket / key).unlink()
            self._send(b"", 204)
        else:
            self._answer({"error": {"code": 404, "message": "No such object"}}, 404)

    def _rewrite(self, old: str, new: str) -> None:
        (bucket, name), (source, key) = _address(new), _address(old)
        assert name
        assert key
        self._keep(bucket, name, (self.root / source / key).read_bytes())
        self._answer({"done": True, "resource": {"name": name}})

    def _keep(self, bucket: str, name: str, content: bytes) -> None:
        """An object is there when it is whole."""
        path = self.root / bucket / name
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.root / f".{uuid4()}"
        partial.write_bytes(content)
        partial.replace(path)

    def _answer(self, document: dict[str, Any], code: int = 200) -> None:
        self._send(json.dumps(document).encode(), code)

    def _send(self, content: bytes, code: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _address(path: str) -> tuple[str, str | None]:
    """Bucket and object of `/storage/v1/b/<bucket>/o[/<object>]`; no object asks for a list."""
    bucket, _, rest = path.partition("/b/")[2].partition("/o")
    return bucket, unquote(rest[1:]) or None


def _parts(body: bytes) -> tuple[dict[str, Any], bytes]:
    """What a request of two parts tells of an object, and the object."""
    boundary = body.partition(b"\n")[0]
    described, content = body.split(b"\n" + boundary)[:2]
    return json.loads(described.split(b"\n\n", 1)[1]), content.split(b"\n\n", 1)[1]


def _listed(bucket: Path, query: dict[str, str]) -> dict[str, Any]:
    """One page of the objects below a prefix; those deeper than the delimiter by prefix only."""
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter")
    files = sorted(path for path in bucket.glob("**/*") if path.is_file())
    names = {path.relative_to(bucket).as_posix(): path for path in files}
    below = {name: path for name, path in names.items() if name.startswith(prefix)}
    deep = {name for name in below if delimiter and delimiter in name[len(prefix) :]}
    items = [_described(bucket, path) for name, path in below.items() if name not in deep]
    start = int(query.get("pageToken", 0))
    page = {
        "kind": "storage#objects",
        "items": items[start : start + PAGE],
        "prefixes": sorted(_cut(deep, prefix)),
    }
    more = {"nextPageToken": str(start + PAGE)} if start + PAGE < len(items) else {}
    return page | more


def _cut(names: set[str], prefix: str) -> set[str]:
    return {prefix + name[len(prefix) :].partition("/")[0] + "/" for name in names}


def _described(bucket: Path, path: Path) -> dict[str, Any]:
    return {
        "kind": "storage#object",
        "name": path.relative_to(bucket).as_posix(),
        "bucket": bucket.name,
        "size": str(path.stat().st_size),
        "generation": str(path.stat().st_mtime_ns),
        "updated": "2026-01-01T00:00:00.000Z",
        "timeCreated": "2026-01-01T00:00:00.000Z",
    }
