"""A record to the pixels that preprocessing begins with: decoded, and delivered where asked for."""

import hashlib
from pathlib import Path
from typing import Protocol, runtime_checkable

from ai_vs_human.data.manifest import Record
from ai_vs_human.errors import DataError
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.decode import decode_image, read_bytes


@runtime_checkable
class Deliver(Protocol):
    """What is done to every image between decoding and preprocessing.

    It follows from the pixels, the record and the key alone.
    """

    @property
    def key(self) -> str:
        """Two deliveries of one key do the same."""
        ...

    def __call__(self, pixels: RgbImage, record: Record) -> RgbImage:
        """The changed image; the one given is left as it is."""
        ...


class Reader:
    """Reads the images of one root.

    Args:
        root: the folder that paths are relative to.
        deliver: see `Deliver`; None changes nothing.
    """

    def __init__(self, root: Path, deliver: Deliver | None = None) -> None:
        self.root = root
        self.deliver = deliver

    def __call__(self, record: Record, sha256: str | None = None) -> RgbImage:
        """The pixels of a record.

        Args:
            record: whose image.
            sha256: what the file must be, in hexadecimal; None takes it as it is now.

        Raises:
            DataError: if its file cannot be read any more, or is another one.
        """
        path = self.root / record.path
        try:
            data = read_bytes(path)
        except OSError as error:
            raise DataError(f"expected an image, but got {error} ({path})") from error
        if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
            raise DataError(
                f"expected the file as it was listed, but got another one ({path})",
                hint="start again when nobody changes the images any more",
            )
        pixels = decode_image(data, where=str(path))
        return pixels if self.deliver is None else self.deliver(pixels, record)
