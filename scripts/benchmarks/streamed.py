"""What reading out of shards costs: ours, litdata's own order, and webdataset's where installed.

All decode and crop alike, so that they differ in how bytes are found and put in order. Shards hold
the JPEGs as they are.
"""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from litdata import StreamingDataset

from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.images import Images
from ai_vs_human.data.members import shards
from ai_vs_human.data.streaming.write import write_shards
from ai_vs_human.image.decode import decode_image

CHUNK_MIB = 16
WINDOW_IMAGES = 1000
"""Of webdataset's shuffle: what four chunks of 16 MiB hold."""

Epoch = Callable[[int], Iterator[torch.Tensor]]


def streamed(images: Images, home: Path, options: dict[str, Any]) -> dict[str, Epoch]:
    """Contenders by name, of the images of a folder.

    Args:
        images: in files.
        home: where shards are written.
        options: of `data=shards`: preprocess, batch_size, num_workers.
    """
    write_shards(images.given, images.manifest, str(home / "shards"), chunk_mib=CHUNK_MIB)
    found = {
        "shards, ours": _ours(home, options),
        "shards, litdata": lambda epoch: _batches(_litdata(home, epoch), images, epoch),
    }
    if find_spec("webdataset"):
        _write_tars(images, home / "tars")
        found["tars, webdataset"] = lambda epoch: _batches(_webdataset(home, epoch), images, epoch)
    return found


def _ours(home: Path, options: dict[str, Any]) -> Epoch:
    data = ImageDataModule(
        shards(root=str(home / "shards"), cache_dir=str(home / "cache"), streaming=True, **options)
    )
    loader = data.train_dataloader()

    def epoch(number: int) -> Iterator[torch.Tensor]:
        loader.sampler.set_epoch(number)  # type: ignore[attr-defined]  # ours has it
        return (batch.images for batch in loader)

    return epoch


def _litdata(home: Path, epoch: int) -> Iterator[bytes]:
    items = StreamingDataset(str(home / "shards"), shuffle=True, seed=epoch)
    return (bytes(item) for item in items)


def _write_tars(images: Images, folder: Path) -> None:
    import webdataset  # noqa: PLC0415 -- for this comparison only

    folder.mkdir()
    with webdataset.ShardWriter(
        str(folder / "%04d.tar"), maxsize=CHUNK_MIB * 2**20, verbose=0
    ) as writer:
        for number, record in enumerate(images.manifest.records):
            data = (images.manifest.root / record.path).read_bytes()
            writer.write({"__key__": f"{number:06}", "jpg": data})


def _webdataset(home: Path, epoch: int) -> Iterator[bytes]:
    import webdataset  # noqa: PLC0415 -- as above

    tars = sorted(str(path) for path in (home / "tars").iterdir())
    samples = webdataset.WebDataset(tars, shardshuffle=len(tars), seed=epoch)
    return (sample["jpg"] for sample in samples.shuffle(WINDOW_IMAGES))


def _batches(files: Iterator[bytes], images: Images, epoch: int) -> Iterator[torch.Tensor]:
    rng = np.random.default_rng(epoch)
    while some := list(islice(files, images.batch_size)):
        pixels = [images.preprocess(decode_image(data), rng) for data in some]
        yield torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).contiguous()
