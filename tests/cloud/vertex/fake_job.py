"""A custom job's body to processes of this machine, one for each replica."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock, Thread
from typing import Any


class FakeJob(Thread):
    """A custom job.

    Attributes:
        body: as the client sees it.
        exits: codes of its replicas, for each time that they were started.
    """

    def __init__(
        self,
        body: dict[str, Any],
        program: Sequence[str],
        environment: Mapping[str, str],
        restarts: int,
        disks: Path,
    ) -> None:
        super().__init__(daemon=True)
        self.body = body
        self.exits: list[list[int]] = []
        self._program, self._environment, self._restarts = program, environment, restarts
        self._disks = disks
        self._processes: list[subprocess.Popen[bytes]] = []
        self._lock = Lock()
        self._turn("PENDING")

    @property
    def state(self) -> str:
        return str(self.body["state"]).removeprefix("JOB_STATE_")

    @property
    def ended(self) -> bool:
        return self.state in {"SUCCEEDED", "FAILED", "CANCELLED"}

    def cancel(self, *, for_long: bool = False) -> None:
        """End it; or, `for_long`, say that this is being done, and do it when asked again."""
        with self._lock:
            if self.ended:
                return
            self._turn("CANCELLING")
            if for_long:
                return
            for process in self._processes:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    def preempt(self) -> None:
        """Take its machines away."""
        for process in self._processes:
            os.killpg(process.pid, signal.SIGKILL)

    def run(self) -> None:
        for _ in range(self._restarts + 1):
            with self._lock:
                if self.state == "CANCELLING":
                    break
                self._processes = list(self._replicas())
                self._turn("RUNNING")
            self.exits.append([process.wait() for process in self._processes])
            if not any(self.exits[-1]):
                self._turn("SUCCEEDED")
                return
        with self._lock:
            if self.state == "CANCELLING":
                self._turn("CANCELLED")
            else:
                self._turn("FAILED")
                message = f"The replica workerpool0-0 exited with {self.exits[-1]}."
                self.body["error"] = {"code": 3, "message": message}

    def _turn(self, state: str) -> None:
        self.body["state"] = f"JOB_STATE_{state}"

    def _replicas(self) -> Iterator[subprocess.Popen[bytes]]:
        pools = enumerate(self.body["jobSpec"]["workerPoolSpecs"])
        replicas = [
            (f"workerpool{number}", index, pool["containerSpec"])
            for number, pool in pools
            for index in range(int(pool["replicaCount"]))
        ]
        hosts: dict[str, list[str]] = {}
        port = _free_port()
        for pool, _, _ in replicas:
            hosts.setdefault(pool, []).append(f"127.0.0.1:{port}")
        for pool, index, container in replicas:
            own = {one["name"]: one.get("value", "") for one in container.get("env", [])}
            place = {"cluster": hosts, "environment": "cloud"}
            place["task"] = {"type": pool, "index": index}
            own["CLUSTER_SPEC"] = json.dumps(place)
            yield subprocess.Popen(
                [*self._program, *container["args"]],
                env={**self._environment, **self._of_vertex(), **own},
                cwd=mkdtemp(dir=self._disks),  # a container's disk is its own, and new
                start_new_session=True,
            )

    def _of_vertex(self) -> dict[str, str]:
        base = self.body["jobSpec"]["baseOutputDirectory"]["outputUriPrefix"]
        return {
            "CLOUD_ML_JOB_ID": self.body["name"].rpartition("/")[2],
            "AIP_MODEL_DIR": f"{base}/model/",
            "AIP_CHECKPOINT_DIR": f"{base}/checkpoints/",
            "AIP_TENSORBOARD_LOG_DIR": f"{base}/logs/",
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
