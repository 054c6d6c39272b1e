"""Names of folders to what they say about the images below them: class, origin and split."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final, cast

from ai_vs_human.data.manifest import SPLITS, Record, Split
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """Which folder names mean what, in any case and at any depth.

    A folder of each class is looked for on the way to an image, then one of a split; the first
    of the other folders is the generator of an AI image and the source of a human one. So
    `train/REAL/x.jpg`, `progan/0_real/x.png`, `ai/midjourney/x.png` and `sd15/val/nature/x.png`
    are all understood. Names may hold the wildcards `*` and `?`.

    Attributes:
        classes: names of folders by label.
        splits: names of folders by split.
        origins: names of folders by generator or source: where one of them is on the way, its
            key is the origin, be it a folder of a class or not.
    """

    classes: Mapping[Label, Sequence[str]]
    splits: Mapping[Split, Sequence[str]]
    origins: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def parse(
        cls,
        classes: Mapping[str, Sequence[str]],
        splits: Mapping[str, Sequence[str]],
        origins: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> "Layout":
        """From a config's plain mappings.

        Raises:
            ConfigError: if a label or split is unknown, a class has no name, or two have one.
        """
        try:
            named = {Label.parse(key): tuple(names) for key, names in classes.items()}
        except ValueError as error:
            raise ConfigError(f"{error} (data.classes)", hint="data.classes.ai=[fake]") from error
        for label in Label:
            if not named.get(label):
                raise ConfigError(
                    f"expected names of folders, but got none (data.classes.{label.key})",
                    hint=f"data.classes.{label.key}=[<folder>]",
                )
        shared = {n.lower() for n in named[Label.AI]} & {n.lower() for n in named[Label.HUMAN]}
        if shared:
            raise ConfigError(
                "expected each name in one class only, but got"
                f" {', '.join(sorted(shared))} in both (data.classes)",
                hint="take the name out of data.classes.ai or data.classes.human",
            )
        for key in splits:
            if key not in SPLITS:
                raise ConfigError(
                    f"expected splits among {', '.join(SPLITS)}, but got {key} (data.splits)",
                    hint="data.splits.val=[<folder>]",
                )
        parts = {cast("Split", key): tuple(names) for key, names in splits.items()}
        return cls(named, parts, origins)

    def place(self, path: str) -> Record | None:
        """What the folders of a relative path say about its image; None if they name no class.

        Raises:
            DataError: if they name both classes.
        """
        folders = path.split("/")[:-1]
        labels = [self._label(folder) for folder in folders]
        found = {label for label in labels if label is not None}
        if not found:
            return None
        if len(found) > 1:
            both = [f for f, label in zip(folders, labels, strict=True) if label is not None]
            raise DataError(
                "expected folders of one class on the way to an image, but got"
                f" {' and '.join(both)} ({path})",
                hint=f"rename one, or leave {both[0]} or {both[-1]} out of data.classes",
            )
        unlabelled = [f for f, label in zip(folders, labels, strict=True) if label is None]
        parts = [self._split(folder) for folder in unlabelled]
        others = [f for f, part in zip(unlabelled, parts, strict=True) if part is None]
        label, origin = found.pop(), self._origin(folders) or (others[0] if others else "unknown")
        return Record(
            id=path,
            path=path,
            label=label,
            generator=origin if label is Label.AI else "",
            source="" if label is Label.AI else origin,
            # The outermost: `train` is also a class of things in pictures.
            split=next((part for part in parts if part is not None), ""),
        )

    def place_all(self, paths: Iterable[str]) -> dict[str, Record | None]:
        """`place` for many paths, at the price of one for each folder."""
        first: dict[str, Record | None] = {}
        placed: dict[str, Record | None] = {}
        for path in paths:
            folder = path.rpartition("/")[0]
            if folder not in first:
                first[folder] = self.place(path)
            example = first[folder]
            placed[path] = None if example is None else example.at(path)
        return placed

    def refuse(self, paths: Iterable[str], where: str) -> DataError:
        """The error for images whose folders name no class.

        Args:
            paths: relative to the root.
            where: the root.
        """
        counts: dict[str, int] = {}
        for path in paths:
            folder = path.rpartition("/")[0] or "."
            counts[folder] = counts.get(folder, 0) + 1
        most = sorted(counts, key=lambda folder: (-counts[folder], folder))
        seen = ", ".join(f"{folder} ({counts[folder]:,} images)" for folder in most[:_SHOWN])
        more = f" and {len(most) - _SHOWN} more" if len(most) > _SHOWN else ""
        known = {label: ", ".join(self.classes[label]) for label in Label}
        return DataError(
            f"expected folders named {known[Label.AI]} (ai) or {known[Label.HUMAN]} (human),"
            f" but got {seen}{more} ({where})",
            hint=self._nearest(most)
            or "data.classes.ai=[<folders>] data.classes.human=[<folders>], or move them away",
        )

    def _nearest(self, folders: Iterable[str]) -> str | None:
        known = {name.lower(): label for label, names in self.classes.items() for name in names}
        for name in (part for folder in folders for part in folder.split("/")):
            for near in get_close_matches(name.lower(), known, n=1, cutoff=0.7):
                return f"is {name} meant as {near}? data.classes.{known[near].key}=[{name}]"
        return None

    def _label(self, folder: str) -> Label | None:
        return next((label for label in self.classes if _is(folder, self.classes[label])), None)

    def _origin(self, folders: Sequence[str]) -> str | None:
        named = (o for folder in folders for o in self.origins if _is(folder, self.origins[o]))
        return next(named, None)

    def _split(self, folder: str) -> Split | None:
        return next((split for split in self.splits if _is(folder, self.splits[split])), None)


def _is(folder: str, names: Sequence[str]) -> bool:
    return any(fnmatchcase(folder.lower(), name.lower()) for name in names)
