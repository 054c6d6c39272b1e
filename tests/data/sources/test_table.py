"""CSV files with columns and words of their own to records."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.sources.table import Table
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label

COLUMNS = {name: name for name in ("path", "label", "generator", "source", "group", "split")}
LABELS: dict[str, list[str | int]] = {"human": ["human", 0], "ai": ["ai", "fake*"]}
SPLITS = {"train": ["train"], "val": ["valid"], "test": ["test"]}


def table(
    columns: Mapping[str, str | None] | None = None,
    labels: Mapping[str, Sequence[str | int]] | None = None,
) -> Table:
    return Table.parse(COLUMNS | (columns or {}), labels or LABELS, SPLITS)


def read(tmp_path: Path, text: str, below: str = "", **options: Any) -> list[Record]:
    folder = tmp_path / below
    folder.mkdir(exist_ok=True)
    (folder / "images.csv").write_text(text, encoding="utf-8")
    return table(**options).read(folder / "images.csv", tmp_path, folder)


def test_our_own_columns_need_no_config(tmp_path: Path) -> None:
    text = "path,label,generator,source,group,split\na.png,AI,sd,,7,Train\nb.png,0,,flickr,,\n"

    assert read(tmp_path, text) == [
        Record("a.png", "a.png", Label.AI, generator="sd", group="7", split="train"),
        Record("b.png", "b.png", Label.HUMAN, source="flickr"),
    ]


def test_columns_and_words_are_translated(tmp_path: Path) -> None:
    columns = {"path": "file name", "label": "is", "split": "part", "group": "scene"}
    text = '\ufefffile name,is,part,scene,more\n"a, b.png",Fake (SDXL),valid,s1,x\nc.png,0,,,\n'

    first, second = read(tmp_path, text, columns=columns)

    assert first == Record(
        "a, b.png", "a, b.png", Label.AI, generator="unknown", group="s1", split="val"
    )
    assert (second.label, second.source, second.split) == (Label.HUMAN, "unknown", "")


def test_a_word_in_full_comes_before_wildcards(tmp_path: Path) -> None:
    labels = {"ai": ["*"], "human": ["0"]}

    records = read(tmp_path, "path,label\na,0\nb,6\n", labels=labels)

    assert [record.label for record in records] == [Label.HUMAN, Label.AI]
    with pytest.raises(DataError, match=r"expected one of \*, 0, but got '' \(.*, line 2\)"):
        read(tmp_path, "path,label\na,\n", labels=labels)


def test_a_file_in_a_folder_tells_origins_by_its_name(tmp_path: Path) -> None:
    columns = {"generator": "made by"}
    text = "path,label,made by\nx/a.png,ai,\nb.png,human,\nc.png,ai,glide\n"

    records = read(tmp_path, text, below="big_gan", columns=columns)

    assert [(r.path, r.origin) for r in records] == [
        ("big_gan/x/a.png", "big_gan"),
        ("big_gan/b.png", "big_gan"),
        ("big_gan/c.png", "glide"),
    ]


def test_a_full_path_below_the_root_is_taken(tmp_path: Path) -> None:
    text = f"path,label\n{tmp_path}/a.png,ai\n./x/../b.png,ai\n"

    assert [record.path for record in read(tmp_path, text)] == ["a.png", "b.png"]
    again = tmp_path / "x" / ".."
    assert table().read(tmp_path / "images.csv", again, again) == read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("path,kind\na,ai\n", r"expected the column label, but got path, kind \(.*images\.csv\)"),
        ("", r"expected the column path, but got none"),
        ("path,label\na,ai\nb,hm\n", r"one of human, 0, ai, fake\*, but got 'hm' \(.*, line 3\)"),
        ("path,label\na,\n", r"one of human, 0, ai, fake\*, but got '' \(.*, line 2\)"),
        ("path,label\na\n", r"one of human, 0, ai, fake\*, but got '' \(.*, line 2\)"),
        ("path,label,split\na,ai,holdout\n", r"but got 'holdout' \(.*line 2\)\nhint: data\.splits"),
        ("path,label\n../a,ai\n", r"expected a path below .*, but got '\.\./a' \(.*, line 2\)"),
        ("path,label\n/etc/a,ai\n", r"but got '/etc/a' \(.*, line 2\)\nhint: data\.root="),
        ("path,label\n,ai\n", r"expected a path below .*, but got '' \(.*, line 2\)"),
        ('path,label\n"a\n\nb",ai\nc,ai\nc,ai\n', r"once, but got c again \(.*, line 6\)"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(tmp_path, text)


def test_a_full_path_below_what_the_root_is_a_link_to_is_taken(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    file = tmp_path / "images.csv"
    file.write_text(f"path,label\n{tmp_path.resolve()}/disk/1.png,ai\n")

    records = table().read(file, tmp_path / "link", tmp_path / "link")

    assert [record.path for record in records] == ["1.png"]


def test_full_paths_may_lie_anywhere_below_the_root_of_all(tmp_path: Path) -> None:
    file = tmp_path / "images.csv"
    file.write_text("path,label\n/a/1.png,ai\n/b/2.png,human\n")

    records = table().read(file, Path("/"), Path("/"))

    assert [record.path for record in records] == ["a/1.png", "b/2.png"]


def test_a_column_that_the_config_names_must_be_there(tmp_path: Path) -> None:
    said = r"expected the column camera, but got path, label \(.*\)\nhint: data\.columns\.source="

    with pytest.raises(DataError, match=said):
        read(tmp_path, "path,label\na,ai\n", columns={"source": "camera"})


def test_a_column_that_is_null_is_passed_over(tmp_path: Path) -> None:
    record = read(tmp_path, "path,label,split\na,ai,?\n", columns={"split": None})[0]

    assert record.split == ""


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "images.csv"
    file.write_bytes("path,label\nü.png,ai\n".encode("latin-1"))

    with pytest.raises(DataError, match=r"a CSV file in UTF-8, but got: .*codec.*after line 1"):
        table().read(file, tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("columns", "labels", "said"),
    [
        ({"image": "x"}, {}, r"expected path, label, .*, but got image \(data\.columns\)"),
        ({"path": None}, {}, r"the name of a column, but got none \(data\.columns\.path\)"),
        ({}, {"robot": ["x"]}, r"expected human, ai, but got robot \(data\.labels\)"),
    ],
)
def test_a_wrong_description_is_refused(
    columns: dict[str, str | None], labels: dict[str, list[str]], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        table(columns, labels)
