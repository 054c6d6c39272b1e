"""A process id to whether that process lives, and what tells it from a later one of that id."""

import os
from pathlib import Path

_DEAD = (b"Z", b"X")
"""A zombie has ended; only its parent has not asked for its exit status yet."""


def start_of(pid: int) -> str | None:
    """When a living process of this machine started: the boot's id and clock ticks since then.

    None where there is no such process, and on systems without Linux' /proc; see proc(5), field
    22 of /proc/<pid>/stat.
    """
    try:
        line = Path(f"/proc/{pid}/stat").read_bytes()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # The second field, the program's name in brackets, may hold blanks and brackets itself.
    state, *later = line.rpartition(b")")[2].split()
    return None if state in _DEAD else f"{boot}:{int(later[18])}"


def exists(pid: int) -> bool:
    """Whether a process of this machine has the id; on Windows nobody can ask, so True."""
    if os.name != "posix":
        return True  # os.kill would end it there
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # another user's
    return True
