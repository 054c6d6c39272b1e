"""`runs.py pareto`: a table, a CSV file, a figure."""

import csv
from pathlib import Path

from PIL import Image, ImageColor

from ai_vs_human.reporting.palette import GREEN
from tests.runs.making import make_run, run_id
from tests.tasks.registry.conftest import Ask, Say
from tests.tasks.registry.test_sweeps import S

MEASURED = {"domains": {"cpu": {"status": "measured"}}}


def make_runs(outputs: Path, folder: str = "") -> list[str]:
    names = []
    for number, (auroc, joules) in enumerate(
        [(0.7, 10.0), (0.9, 300.0), (0.8, 400.0), (1.0, None)]
    ):
        metrics = {"val/auroc": auroc} | ({} if joules is None else {"energy/total_joules": joules})
        name = f"{folder}-{number}" if folder else run_id(number)
        names.append(name)
        path = f"{folder}/{name}" if folder else name
        make_run(outputs, path, metrics=metrics, energy=None if joules is None else MEASURED)
    return names


def test_the_front_is_shown_kept_as_csv_and_drawn(tmp_path: Path, say: Say, ask: Ask) -> None:
    cheap, good, beaten, unmeasured = make_runs(tmp_path)

    shown, document = say("pareto"), ask("pareto")

    assert document["front"] == [cheap, good]
    assert list(document["apart"]) == [f"{tmp_path}/train/{unmeasured}"]
    for words in (
        "the front: highest val/auroc at the lowest energy/total_joules, 2 of 3 runs",
        f"{unmeasured}  no energy/total_joules: nobody asked for it (energy=none)",
        f"written     {tmp_path}/pareto.csv",
    ):
        assert words in shown
    with (tmp_path / "pareto.csv").open() as file:
        rows = {row["run_id"]: row for row in csv.DictReader(file)}
    assert [rows[name]["front"] for name in (cheap, beaten, good)] == ["1", "", "2"]
    assert (rows[cheap]["cost"], rows[cheap]["devices"]) == ("10.0", "cpu")
    assert "energy=none" in rows[unmeasured]["reason"]
    with Image.open(tmp_path / "pareto.png") as image:
        colours = {c: n for n, c in image.convert("RGB").getcolors(1 << 20) or ()}
    assert colours[ImageColor.getrgb(GREEN)] > 100  # the front's line and points


def test_a_sweep_gets_its_front_in_its_own_folder(tmp_path: Path, ask: Ask) -> None:
    make_runs(tmp_path)
    cheap, good, *_ = make_runs(tmp_path, S)

    assert ask("pareto", S)["front"] == [cheap, good]
    assert (tmp_path / "train" / S / "pareto.png").is_file()
    assert not (tmp_path / "pareto.csv").exists()


def test_without_joules_there_is_a_table_of_reasons_and_no_figure(
    tmp_path: Path, say: Say, ask: Ask
) -> None:
    make_run(tmp_path, run_id(0), metrics={"test/auroc": 1.0})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pareto.png").write_text("of yesterday")

    document = ask("pareto", "--out", str(tmp_path / "mine"))

    assert (document["metric"], document["front"]) == ("test/auroc", [])
    assert document["files"] == [f"{tmp_path}/mine/pareto.csv"]
    assert not (tmp_path / "mine" / "pareto.png").exists()
    assert "no run has both test/auroc and energy/total_joules" in say("pareto")
    assert "hint: --metric test/auroc" in say("pareto", "--metric", "test/aurok", code=1)


def test_an_estimate_says_so(tmp_path: Path, say: Say) -> None:
    figures = {"val/auroc": 0.5, "energy_est/total_joules": 2.0}
    make_run(tmp_path, run_id(0), metrics=figures)

    shown = say("pareto", "--against", "energy_est/total_joules")

    assert "energy_est/total_joules, an estimate from declared watts" in shown
