import sys
from pathlib import Path


def stand_in_program() -> list[str]:
    """What runs instead of a container's command: see stand_in.py."""
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("stand_in.py"))]
