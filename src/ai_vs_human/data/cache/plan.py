"""A manifest and a preprocessing to what a cache of them holds, before anything is decoded."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import PIL
from PIL import features

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.read import Deliver
from ai_vs_human.image.preprocess import Preprocess

FORMAT: Final = 1
"""Of the files; another number makes another key."""
_CHANNELS: Final = 3


@dataclass(frozen=True)
class Plan:
    """What is to be stored: every content of a manifest once, in order of its names.

    Splits, paths and the order of records do not matter: folds and seeds share a cache.

    Attributes:
        manifest: whose images; facts must be known of each.
        preprocess: of `resize`, the finished square is stored; else the whole image.
        deliver: see `ai_vs_human.data.read.Deliver`.
    """

    manifest: Manifest
    preprocess: Preprocess
    deliver: Deliver | None = None

    @cached_property
    def records(self) -> dict[bytes, Record]:
        """One record of each content, by the content's name, in order of names."""
        named = {self.name(record): record for record in self.manifest.records}
        return dict(sorted(named.items()))

    def name(self, record: Record) -> bytes:
        """What tells stored images apart: 32 bytes.

        A delivery may depend on the record: then each record has an image of its own.
        """
        sha256 = self.facts(record).sha256
        if self.deliver is None:
            return bytes.fromhex(sha256)
        return hashlib.sha256(f"{sha256}\x1f{record.id}".encode()).digest()

    def facts(self, record: Record) -> ImageFacts:
        """What is known of a record's file."""
        return self.manifest.facts[record.path]

    @cached_property
    def description(self) -> dict[str, str | int]:
        """What the stored pixels follow from, in plain values."""
        return {
            "format": FORMAT,
            "decoder": _decoder(),
            "stored": f"resize {self.preprocess.size}" if self.is_resized else "whole",
            "delivery": "" if self.deliver is None else self.deliver.key,
            "images": len(self.records),
            "contents": hashlib.sha256(b"".join(self.records)).hexdigest(),
        }

    @property
    def key(self) -> str:
        """SHA-256 of the description."""
        return hashlib.sha256(json.dumps(self.description).encode()).hexdigest()

    @cached_property
    def bytes(self) -> int:
        """Size of the pixels; a delivery that changes sizes makes it an estimate."""
        return sum(self._bytes_of(self.facts(record)) for record in self.records.values())

    @property
    def is_resized(self) -> bool:
        """Whether finished squares are stored instead of whole images."""
        return self.preprocess.mode == "resize"

    def _bytes_of(self, facts: ImageFacts) -> int:
        size = self.preprocess.size
        if self.is_resized and size is not None:
            return size * size * _CHANNELS
        return facts.width * facts.height * _CHANNELS


def has_all_facts(manifest: Manifest) -> bool:
    """Whether somebody has looked into every file."""
    return all(record.path in manifest.facts for record in manifest.records)


def _decoder() -> str:
    """What turns bytes into pixels: Pillow, and the libraries that it was built with."""
    jpeg = features.version("libjpeg_turbo") or features.version("jpg")
    return f"Pillow {PIL.__version__}, JPEG {jpeg}, WebP {features.version('webp')}"
