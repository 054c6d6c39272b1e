"""The errors a user can cause, each with its own sentence and remedy.

    AiVsHumanError
    ├── ConfigError            a key, value or combination in the config
    ├── DataError              images, manifests and splits
    │   ├── ImageDecodeError   one file's bytes
    │   └── UnreadableError    too many such files
    ├── WeightsError           pretrained weights that cannot be had
    ├── CheckpointError        a run or checkpoint that cannot be used
    ├── StorageError           a bucket or folder elsewhere that does not take or give files
    ├── DivergedError          a training whose numbers are no numbers any more
    ├── JobError               a job of a multirun that did not complete
    ├── CloudError             a service of Google's that refuses, or cannot be reached
    ├── ReproductionError      a repeated run that came out differently
    └── EnergyError            energy was demanded and cannot be measured

Everything below `AiVsHumanError` ends a run with its message and exit code 1, without a traceback:
the sentence says what was expected, what was got and where; the hint says what to change.
"""

from typing import Final


class AiVsHumanError(Exception):
    """A fault of input, not of code: `<expected>, but got <value> (<where>)`, then a hint."""

    def __init__(self, sentence: str, hint: str | None = None) -> None:
        """Join the sentence and, on a line of its own, the command or key to change."""
        super().__init__(sentence if hint is None else f"{sentence}\nhint: {hint}")
        self.sentence = sentence
        self.hint = hint

    def __reduce__(self) -> tuple[type["AiVsHumanError"], tuple[str, str | None]]:
        """Survive the way back from a worker process."""
        return type(self), (self.sentence, self.hint)


class ConfigError(AiVsHumanError):
    """A key, a value or a combination in the config that cannot work."""


class DataError(AiVsHumanError):
    """Images, a manifest or a split that cannot be used."""


class ImageDecodeError(DataError):
    """One file's bytes do not become an RGB image."""


class UnreadableError(DataError):
    """More files than allowed do not become images.

    Attributes:
        files: path and reason of each.
    """

    def __init__(
        self, sentence: str, hint: str | None = None, files: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Keep the list, for whoever can write it down."""
        super().__init__(sentence, hint)
        self.files = files


class WeightsError(AiVsHumanError):
    """Pretrained weights that cannot be fetched or do not fit."""


class CheckpointError(AiVsHumanError):
    """A run folder or checkpoint that cannot be found, read or trusted."""


class StorageError(AiVsHumanError):
    """An address whose files cannot be read or written."""


class DivergedError(AiVsHumanError):
    """A training whose logits are infinite or not numbers."""


class JobError(AiVsHumanError):
    """A job of a multirun that did not complete."""


class CloudError(AiVsHumanError):
    """A service of Google's that refuses, or cannot be reached."""


class PreemptedError(SystemExit):
    """A run that was asked to stop (SIGTERM) and can go on later; no fault of anybody's.

    Only the first process ends with `EXIT_CODE`: another's would look like a failure to the
    launcher, which then kills the first in the middle of its last words.
    """

    EXIT_CODE: Final = 75
    """EX_TEMPFAIL of sysexits.h: try again later."""

    def __init__(self, rank: int = 0) -> None:
        """Take the number of the process, from 0."""
        super().__init__(self.EXIT_CODE if rank == 0 else 0)


class PrunedError(Exception):
    """A trial of a sweep that was ended early, as it would not win; no fault of anybody's."""


class ReproductionError(AiVsHumanError):
    """A repeated run whose weights or metrics are not those of the first."""


class EnergyError(AiVsHumanError):
    """Energy was demanded where nothing can be measured."""
