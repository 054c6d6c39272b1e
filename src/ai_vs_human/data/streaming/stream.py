"""A set of shards and one stage of its images to what a loader takes: dataset, order, workers."""

import math
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from typing import Any, Final

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.streaming.dataset import StreamedDataset
from ai_vs_human.data.streaming.files import GIB
from ai_vs_human.data.streaming.reader import ShardReader
from ai_vs_human.data.streaming.sampler import ChunkSampler
from ai_vs_human.data.streaming.source import ShardSource
from ai_vs_human.errors import ConfigError

_WINDOWS: Final = 2
"""The one that is read, and the one that is fetched meanwhile."""


@dataclass(frozen=True)
class Stream:
    """What reads one stage.

    Attributes:
        dataset: the samples.
        sampler: their order.
        worker_options: how a loader starts its workers.
    """

    dataset: StreamedDataset
    sampler: ChunkSampler
    worker_options: dict[str, Any]


def stream(
    source: ShardSource,
    stage: Manifest,
    *,
    seed: int,
    shuffle: bool,
    rank: int = 0,
    world_size: int = 1,
    local_ranks: int = 1,
    num_workers: int = 0,
    **options: Any,
) -> Stream:
    """Read a stage's images chunk by chunk.

    Args:
        source: of the set.
        stage: its images.
        seed: of order, crops and augmentation.
        shuffle: a new order each epoch, or the set's.
        rank: of this process.
        world_size: number of processes.
        local_ranks: those on this machine, which share its cache of chunks.
        num_workers: processes that decode.
        options: of the dataset.

    Raises:
        ConfigError: if the cache is too small for the chunks that are read at a time.
    """
    window = source.window_chunks
    files = source.files
    reader = ShardReader(files, open_chunks=_WINDOWS * window)
    if files.is_remote:
        _check_cache(source, reader, local_ranks)
    rows = source.rows(stage)
    sampler = ChunkSampler(
        rows,
        reader.starts,
        seed,
        shuffle=shuffle,
        rank=rank,
        world_size=world_size,
        window=window,
        fetch_ahead=lambda chunks: files.fetch_ahead(reader.names[chunk] for chunk in chunks),
    )
    dataset = StreamedDataset(stage, reader, rows, seed=seed, **options)
    return Stream(dataset, sampler, _worker_options(num_workers, is_remote=files.is_remote))


def _worker_options(num_workers: int, *, is_remote: bool) -> dict[str, Any]:
    """Clients of buckets run threads, which a worker forked from this process would miss.

    So it is forked from a small one that has imported what a worker needs, and nothing else.
    """
    if num_workers == 0 or not is_remote:
        return {}
    if "forkserver" not in get_all_start_methods():
        return {"multiprocessing_context": "spawn", "persistent_workers": True}
    context = get_context("forkserver")
    context.set_forkserver_preload([StreamedDataset.__module__])
    return {"multiprocessing_context": context, "persistent_workers": True}


def _check_cache(source: ShardSource, reader: ShardReader, local_ranks: int) -> None:
    sizes = [source.files.shard_set.files[name].size for name in reader.names]
    chunks = min(len(sizes), _WINDOWS * source.window_chunks * local_ranks + 1)
    needed = chunks * max(sizes)
    if needed > source.files.cache_bytes:
        raise ConfigError(
            f"expected room for {chunks} chunks of up to {max(sizes) / GIB:.3g} GiB, but got"
            f" {source.files.cache_bytes / GIB:.3g} GiB (data.cache_gib)",
            hint=f"data.cache_gib={math.ceil(needed / GIB)}, or fewer data.window_chunks,"
            " or shards of a smaller chunk_mib",
        )
