"""What names of folders say."""

import pytest

from ai_vs_human.data.sources.layout import Layout
from ai_vs_human.errors import ConfigError

LAYOUT = Layout.parse(
    {"ai": ["fake", "AI_*"], "human": ["real"]}, {"train": ["train"], "test": ["test", "testing"]}
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("fake/x.png", ("ai", "unknown", "")),
        ("REAL/x.png", ("human", "unknown", "")),
        ("Testing/sd/Fake/cats/x.png", ("ai", "sd", "test")),
        ("fake/test/x.png", ("ai", "unknown", "test")),
        ("test/progan/train/real/x.png", ("human", "progan", "test")),
        ("train/ai_sd_baroque/x.png", ("ai", "unknown", "train")),
    ],
)
def test_folders_say_label_origin_and_split(path: str, expected: tuple[str, str, str]) -> None:
    record = LAYOUT.place(path)

    assert record is not None
    assert (record.label.key, record.origin, record.split) == expected
    assert record.id == record.path == path


@pytest.mark.parametrize("path", ["x.png", "fakes/x.png", "fake.png", "train/x.png"])
def test_other_folders_say_nothing(path: str) -> None:
    assert LAYOUT.place(path) is None


def test_many_paths_are_placed_as_each_one_is() -> None:
    paths = ["fake/x.png", "fake/y.png", "real/sd/x.png", "cats/x.png"]

    assert LAYOUT.place_all(paths) == {path: LAYOUT.place(path) for path in paths}


@pytest.mark.parametrize(
    ("classes", "splits", "message"),
    [
        ({"robot": ["x"]}, {}, r"among human, ai, 0 and 1, but got 'robot' \(data.classes\)"),
        ({"ai": ["x"]}, {}, r"names of folders, but got none \(data.classes.human\)"),
        ({"ai": ["x", "Y"], "human": ["y"]}, {}, r"in one class only, but got y in both"),
        ({"ai": ["x"], "human": ["y"]}, {"dev": ["z"]}, r"train, val, test, but got dev"),
    ],
)
def test_names_that_cannot_be_are_refused(
    classes: dict[str, list[str]], splits: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        Layout.parse(classes, splits)
