"""A manifest to a word for each image: images with one word show one picture."""

from pathlib import Path

from ai_vs_human.data.alike.forest import Forest
from ai_vs_human.data.alike.pairs import find_pairs
from ai_vs_human.data.alike.pictures import Pictures
from ai_vs_human.data.manifest import Manifest


def clusters(manifest: Manifest, distance: int, cache_dir: Path) -> dict[str, str]:
    """The smallest SHA-256 of the files that are alike, by each record's id.

    Alike are files with equal pixels and near-duplicates (see `near_pairs`), directly or by way of
    others. What is alike to no other file has its own SHA-256. The words depend on what the files
    hold, not on what they are called or in which order they come.

    Args:
        manifest: with facts.
        distance: how many bits of the perceptual hashes may differ.
        cache_dir: where to remember the pairs.

    Raises:
        ConfigError: if the distance is below 0 or above 16.
    """
    pictures = Pictures.of(manifest)
    pairs = find_pairs(manifest, pictures, distance, cache_dir)
    forest = Forest(len(pictures.paths))
    forest.join(pairs[:, 0], pairs[:, 1])
    roots = dict(zip(pictures.pixels, forest.roots.tolist(), strict=True))
    contents: dict[int, str] = {}
    for record in manifest.records:
        facts = manifest.facts[record.path]
        root = roots[facts.pixels_sha256]
        if root not in contents or facts.sha256 < contents[root]:
            contents[root] = facts.sha256
    pixels = ((record.id, manifest.facts[record.path].pixels_sha256) for record in manifest.records)
    return {key: contents[roots[one]] for key, one in pixels}
