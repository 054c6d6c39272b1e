"""A machine whose counters a test can turn, read by the real Zeus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zeus.device.cpu
from zeus.device.cpu import rapl

from tests.callbacks.energy.rapl_tree import RaplTree


@pytest.fixture
def no_counters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine without RAPL; the path is where its tree would be."""
    root = tmp_path / "intel-rapl"
    monkeypatch.setattr(rapl, "RAPL_DIR", str(root))
    monkeypatch.setattr(rapl, "CONTAINER_RAPL_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(zeus.device.cpu, "_cpus", None)
    monkeypatch.delenv("ZEUSD_SOCK_PATH", raising=False)
    monkeypatch.delenv("ZEUSD_HOST_PORT", raising=False)
    rapl.rapl_is_available.cache_clear()
    yield root
    rapl.rapl_is_available.cache_clear()


@pytest.fixture
def tree(no_counters: Path) -> RaplTree:
    """A machine with RAPL, and no zone yet."""
    return RaplTree(no_counters)
