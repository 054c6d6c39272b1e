"""The files of what inference costs, where they cannot be written."""

from pathlib import Path

import pytest

from ai_vs_human.reporting.inference_energy import InferenceEnergy
from ai_vs_human.tasks.inference_stage import _write


def test_files_that_cannot_be_written_cost_a_warning_and_not_the_test(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "file"
    folder.write_text("in the way")

    _write(InferenceEnergy(), {}, folder)

    assert "inference_energy.csv, but got:" in caplog.text
