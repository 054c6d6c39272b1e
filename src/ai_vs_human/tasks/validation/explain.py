"""Errors that a user caused to one message each; a name to the nearest one that exists."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from omegaconf.errors import OmegaConfBaseException

from ai_vs_human.errors import AiVsHumanError

_ALIKE: Final = 0.6
"""From 0 (nothing in common) to 1 (the same), what counts as a slip of the pen."""


def explain(error: Exception) -> str:
    """The message a person gets for an error that a config, a file or a command line caused."""
    if isinstance(error, AiVsHumanError):
        # A loader's worker hands its whole traceback over as the message.
        return f"error: {str(error).rpartition(f'{type(error).__name__}: ')[2].strip()}"
    if isinstance(error, OmegaConfBaseException) and (own := _of_a_resolver(error)) is not None:
        return explain(own)
    if isinstance(error, OSError) and error.filename is not None:
        return _of_the_system(error)
    text = str(error).splitlines()[0]
    if isinstance(error, OmegaConfBaseException) and error.full_key:
        return f"error: {text} ({error.full_key})"
    return f"error: {text}"


def _of_the_system(error: OSError) -> str:
    text = f"error: expected to use {error.filename}, but got: {error.strerror}"
    new = not Path(str(error.filename)).is_file()  # what cannot be made is ours, below outputs
    return f"{text}\nhint: paths.output_dir=<a folder that you may write to>" if new else text


def _of_a_resolver(error: BaseException) -> AiVsHumanError | None:
    """What a resolver of ours raised, such as that of `resume=`, before OmegaConf wrapped it."""
    inner = error.__cause__ or error.__context__
    if inner is None or isinstance(inner, AiVsHumanError):
        return inner
    return _of_a_resolver(inner)


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name most like `name`, in any case; None where none is alike."""
    matcher = SequenceMatcher(b=name.lower())
    likeness = {}
    for one in known:
        matcher.set_seq1(one.lower())
        likeness[one] = matcher.ratio()
    best = max(likeness, key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] >= _ALIKE else None
