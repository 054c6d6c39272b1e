"""A question to what the git program answers, within a time and a size, whatever stands around."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Final, NamedTuple

_SHORT_BYTES: Final = 100_000
_CHUNK_BYTES: Final = 1_000_000
# Whoever trains with the code of a folder trusts it, so another owner (a mounted checkout) is no
# reason for silence. A monitor of changes would be one more process that stays behind, and a
# refreshed index a lock in the way of the person who commits meanwhile.
_SETTINGS = (
    *("-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"),
    *("-c", "diff.autoRefreshIndex=false"),
)


class Answer(NamedTuple):
    """What git wrote: the beginning, whether that is not all, and how much it wrote in all."""

    head: bytes = b""
    cut: bool = True
    total_bytes: int = 0
    sha256: str = ""
    succeeded: bool = False


@dataclass(frozen=True)
class Git:
    """The git program in a folder; it never asks back, takes no lock and is stopped when late."""

    folder: Path
    timeout_seconds: float

    def line(self, *words: str) -> str | None:
        """A one-line answer; None where there is none."""
        return self.ask(*words).decode("utf-8", "replace").strip() or None

    def ask(self, *words: str) -> bytes:
        """A short answer; empty where git fails, is late, or says more than 100 kB."""
        answer = self.read(*words, limit_bytes=_SHORT_BYTES)
        return answer.head if answer.succeeded else b""

    def read(self, *words: str, limit_bytes: int) -> Answer:
        """The first bytes of an answer; it is cut where it is longer, or git is late or fails."""
        try:
            process = subprocess.Popen(
                ["git", *_SETTINGS, *words],
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return Answer()  # no program, or no such folder
        timer = Timer(self.timeout_seconds, _stop, [process])
        timer.start()
        try:
            with process:
                return _listen(process, limit_bytes)
        finally:
            timer.cancel()


def _listen(process: subprocess.Popen[bytes], limit_bytes: int) -> Answer:
    assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
    head = process.stdout.read(limit_bytes)
    total_bytes, sha256 = len(head), hashlib.sha256(head)
    while chunk := process.stdout.read(_CHUNK_BYTES):
        total_bytes += len(chunk)
        sha256.update(chunk)
    succeeded = process.wait() == 0
    cut = total_bytes > limit_bytes or not succeeded
    return Answer(head, cut, total_bytes, sha256.hexdigest(), succeeded)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End git and the programs it started, which would hold the pipe open."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Without variables that name another repository, as a git hook or a careless shell sets."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return inherited | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_PAGER": "cat",
        "LC_ALL": "C",
    }
