"""A stage's images in shards to preprocessed samples, one at a time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from ai_vs_human.data.dataset import ImageDataset
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.streaming.reader import ShardReader
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.decode import decode_image


class StreamedDataset(ImageDataset):
    """The same samples as of files: only the bytes come from elsewhere.

    Args:
        manifest: the stage's images.
        reader: of the set.
        rows: where in the set each image is, by index.
        options: the other arguments of `ImageDataset`.
    """

    def __init__(
        self, manifest: Manifest, reader: ShardReader, rows: NDArray[np.int64], **options: Any
    ) -> None:
        # A worker may be sent a copy of its dataset: what is known of the files stays here.
        super().__init__(Manifest(manifest.root, manifest.records), **options)
        self._reader = reader
        self._rows = rows

    @override
    def _pixels(self, index: int) -> RgbImage:
        record = self.manifest.records[index]
        where = f"{self._reader.files.address}, {record.path}"
        return decode_image(self._reader(int(self._rows[index])), where=where)
