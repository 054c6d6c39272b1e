"""Microjoules that a test names to the answers of Zeus' daemon, over HTTP on the loopback."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self


class Daemon:
    """Speaks the part of zeusd's protocol that reads CPUs.

    Args:
        packages: how many RAPL zones of the first level it knows; all spend the same.
    """

    def __init__(self, packages: int) -> None:
        self._packages = packages
        self._spent = {"cpu_energy_uj": 1_000, "dram_energy_uj": 2_000}
        daemon = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(daemon._answer(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base's
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def spend(self, cpu: int, dram: int) -> None:
        self._spent["cpu_energy_uj"] += cpu
        self._spent["dram_energy_uj"] += dram

    def _answer(self, path: str) -> dict[str, Any]:
        indices = range(self._packages)
        if path == "/discover":
            return {
                "gpus": [],
                "cpus": [{"id": index, "dram_available": True} for index in indices],
                "enabled_api_groups": ["cpu-read"],
                "auth_required": False,
            }
        return {str(index): self._spent for index in indices}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
