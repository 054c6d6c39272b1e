"""The images of any `data=` to shards at an address."""

import shlex
import sys
from typing import Final

from omegaconf import DictConfig

from ai_vs_human.data.images import Images
from ai_vs_human.data.streaming.write import write_shards
from ai_vs_human.errors import ConfigError
from ai_vs_human.tasks.assemble import resolved
from ai_vs_human.tasks.instantiate import make

_MIB: Final = 2**20


def shards(config: DictConfig) -> None:
    """Write the shards, and say how to train on them."""
    values = resolved(config)
    output = values["output"]
    if output is None:
        raise ConfigError(
            "expected a place for the shards, but got none (output)",
            hint="output=<folder or gs://bucket/shards>",
        )
    images: Images = make(values["data"], "data")
    if images.shards is not None:
        raise ConfigError(
            "expected images in files, but got shards to stream from (data)",
            hint="data.streaming=false unpacks them first",
        )
    written = write_shards(
        images.given, images.manifest, str(output), chunk_mib=values["chunk_mib"]
    )
    size = sum(stored.size for stored in written.files.values()) / _MIB
    sys.stdout.write(
        f"{len(images.given):,} images, {size:,.1f} MiB: {output}\n"
        f"python train.py data=shards {shlex.quote(f'data.root={output}')}\n"
    )
