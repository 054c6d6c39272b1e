"""One tiny set, drawn once for all tests that only look at it."""

from pathlib import Path

import pytest

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.synthetic import SyntheticSource


@pytest.fixture(scope="session")
def synthetic_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("synthetic")


@pytest.fixture(scope="session")
def tiny(synthetic_root: Path) -> Manifest:
    source = SyntheticSource(synthetic_root, synthetic_root / "cache", size="tiny", workers=1)
    return source.prepare()
