"""A folder on disk as a bucket of Google Cloud Storage: as much of its JSON API as a client of
the registry needs, on the loopback.

See https://cloud.google.com/storage/docs/json_api/v1/objects for list, get and delete.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = 7
"""Objects in a page: few, so that a client that reads only the first is found out."""


@contextmanager
def bucket_server(root: Path) -> Iterator[str]:
    """Serve the folders below `root` as buckets; gives the address for STORAGE_EMULATOR_HOST."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Say nothing: the test's output is no access log."""

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            bucket, key = _address(url.path)
            if key is None:
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                self._answer(_listed(root / bucket, query))
            elif not (root / bucket / key).is_file():
                self._answer({"error": {"code": 404, "message": "No such object"}}, 404)
            elif "alt=media" in url.query:
                self._send((root / bucket / key).read_bytes(), 200)
            else:
                self._answer(_described(root / bucket, root / bucket / key))

        def do_DELETE(self) -> None:
            bucket, key = _address(urlsplit(self.path).path)
            assert key
            (root / bucket / key).unlink()
            self._send(b"", 204)

        def _answer(self, document: dict[str, Any], code: int = 200) -> None:
            self._send(json.dumps(document).encode(), code)

        def _send(self, content: bytes, code: int) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _address(path: str) -> tuple[str, str | None]:
    """Bucket and object of `/storage/v1/b/<bucket>/o[/<object>]`; no object asks for a list."""
    bucket, _, rest = path.partition("/b/")[2].partition("/o")
    return bucket, unquote(rest[1:]) or None


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
        "generation": "1",
        "updated": "2026-01-01T00:00:00.000Z",
        "timeCreated": "2026-01-01T00:00:00.000Z",
    }
