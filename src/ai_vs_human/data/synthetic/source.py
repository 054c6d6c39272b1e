"""A size, a difficulty and a protocol to a manifest: the embedded dataset, drawn once.

Its images are no photographs and no work of any generator in use: six simulators of signal
processing made the AI ones, simulated cameras, painters and scanners the human ones. What is
learnt from them verifies software; it does not detect what today's generators make.
"""

from pathlib import Path
from typing import Final

from ai_vs_human.data.cores import available_cores
from ai_vs_human.data.manifest import MANIFEST_NAME, SPLITS, Manifest, read_manifest
from ai_vs_human.data.sources.folder import FolderSource
from ai_vs_human.data.synthetic.build import build, is_finished
from ai_vs_human.data.synthetic.spec import SetSpec, parse_spec
from ai_vs_human.errors import ConfigError, DataError, UnreadableError
from ai_vs_human.labels import Label


class SyntheticSource:
    """The embedded dataset: pairs of a human image and what a simulated generator makes of it.

    Args:
        root: where finished sets are kept, each in a folder of its own; nothing is written there.
        cache_dir: where a set is drawn that is not in `root`, and the index of a folder is kept.
        size: tiny (240 images of 48 px), small (6,000 of 64 px) or base (12,000 of 128 px).
        difficulty: easy, medium, hard, or control, in which both classes are the same.
        protocol: iid; logo, in which only the test split has the generator `holdout`; or
            camera_holdout, in which the test split has cameras of its own.
        seed: at least 0; another seed is another set.
        holdout: the generator that logo holds out.
        workers: processes that draw; None is one a core. The pixels do not depend on it.

    Raises:
        ConfigError: if a name is unknown or a number out of range.
    """

    def __init__(
        self,
        root: str | Path,
        cache_dir: str | Path,
        *,
        size: str = "small",
        difficulty: str = "easy",
        protocol: str = "iid",
        seed: int = 0,
        holdout: str = "vae8",
        workers: int | None = None,
    ) -> None:
        if workers is not None and workers < 1:
            raise ConfigError(
                f"expected at least 1 process, but got {workers} (data.workers)",
                hint="data.workers=null for one a core",
            )
        self.spec: Final[SetSpec] = parse_spec(size, difficulty, protocol, seed, holdout)
        self._kept: Final = Path(root) / self.spec.name
        self._drawn: Final = Path(cache_dir) / "synthetic" / self.spec.name
        self._cache_dir: Final = Path(cache_dir)
        self._workers: Final = workers or available_cores()

    @property
    def folder(self) -> Path:
        """Where the set is, or will be drawn."""
        return self._kept if is_finished(self._kept) else self._drawn

    def prepare(self) -> Manifest:
        """Draw the set unless it is there, and list it as any folder is listed.

        Raises:
            DataError: if the set cannot be written, or somebody changed its manifest.
        """
        folder = self.folder
        if not is_finished(folder):
            build(self.spec, folder, self._workers)
        hint = f"delete {folder}, and the next run draws it again"
        written = len(read_manifest(folder / MANIFEST_NAME))
        if written != self.spec.images:
            raise DataError(
                f"expected {self.spec.images} images, but got {written} ({folder})", hint=hint
            )
        source = FolderSource(
            folder,
            self._cache_dir,
            classes={label.key: [label.key] for label in Label},
            splits={split: [split] for split in SPLITS},
            max_unreadable=0.0,
        )
        try:
            return source.prepare()
        except UnreadableError as error:
            path, reason = error.files[0]
            raise UnreadableError(
                f"expected all {self.spec.images} images, but {len(error.files)} cannot be read,"
                f" such as {path}: {reason} ({folder})",
                hint=hint,
                files=error.files,
            ) from error
