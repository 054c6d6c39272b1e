"""The two classes and their numbers: the positive class is decided here, once."""

from enum import IntEnum


class Label(IntEnum):
    """Who made an image. AI is the positive class: a score is P(AI), in [0, 1]."""

    HUMAN = 0
    AI = 1

    @classmethod
    def parse(cls, text: str) -> "Label":
        """Read a label from `human`, `ai`, `0` or `1`, in any case.

        Raises:
            ValueError: for anything else.
        """
        name = text.strip().upper()
        for label in cls:
            if name in (label.name, str(label.value)):
                return label
        raise ValueError(f"expected a label among human, ai, 0 and 1, but got {text!r}")

    @property
    def key(self) -> str:
        """The label's lower-case name, as files, tables and figures write it."""
        return self.name.lower()
