"""A stream of random numbers to a scene: the light that a camera, a painter or a scanner meets.

Dead leaves with radii of density r^-3 and 1/f textures share the edges and the spectrum of natural
images (Lee, Mumford & Huang, IJCV 2001; Baradad et al., NeurIPS 2021); they need no download.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ai_vs_human.data.synthetic.fields import FIELD_COUNT, textures, window
from ai_vs_human.data.synthetic.planes import Floats, Plane, Planes, noise, rounded

Kind = Literal["leaves", "strokes", "haze"]
_KINDS: Final[tuple[Kind, ...]] = ("leaves", "strokes", "haze")
_KIND_SHARES: Final = (0.7, 0.15, 0.15)

# Light is drawn at twice the edge of the image and averaged down by the lens: no jagged edges.
SUPERSAMPLING: Final = 2
_RADII: Final = (0.03, 0.5)  # of the scene's edge
_CONTRASTS: Final = (0.0, 0.04, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class _Leaves:
    """Opaque shapes from the bottom of the pile to the top; lengths in pixels."""

    row: NDArray[np.float64]
    column: NDArray[np.float64]
    half_length: NDArray[np.float64]
    half_width: NDArray[np.float64]
    angle: NDArray[np.float64]
    shape: NDArray[np.int64]


def draw_scene(rng: Generator, edge: int) -> Planes:
    """Linear light of a random scene, about [0.01, 1], on `edge` x `edge` pixels."""
    kind = _KINDS[rng.choice(len(_KINDS), p=_KIND_SHARES)]
    if kind == "haze":
        light = _haze(rng, edge)
    else:
        leaves = _strewn(rng, edge) if kind == "leaves" else _brushed(rng, edge)
        light = _painted(rng, _piled(leaves, edge), len(leaves.row))
    return (light * _illumination(rng, edge)).astype(np.float32)


def _strewn(rng: Generator, edge: int) -> _Leaves:
    """Leaves anywhere, at any angle; radii by the inverse of the distribution of density r^-3."""
    count = int(rng.integers(70, 131))
    small, large = (edge * radius for radius in _RADII)
    uniform = rng.random(count)
    radius = (small**-2 - uniform * (small**-2 - large**-2)) ** -0.5
    radius[::-1].sort()
    return _Leaves(
        row=rng.uniform(0, edge, count),
        column=rng.uniform(0, edge, count),
        half_length=radius,
        half_width=radius * rng.uniform(0.45, 1, count),
        angle=rng.uniform(0, np.pi, count),
        shape=rng.integers(0, 3, count),
    )


def _brushed(rng: Generator, edge: int) -> _Leaves:
    """Long strokes that follow a smooth flow of angles; broad ones first."""
    count = int(rng.integers(120, 201))
    row, column = rng.uniform(0, edge, (2, count))
    flow = textures()[FIELD_COUNT - 1 - int(rng.integers(0, 4))]
    rows, columns = window(rng, 256)
    flow = flow[rows, columns]
    places = np.minimum((np.stack([row, column]) * 256 / edge).astype(int), 255)
    half_width = np.sort(edge * rng.uniform(0.012, 0.05, count))[::-1]
    return _Leaves(
        row=row,
        column=column,
        half_length=half_width * rng.uniform(3, 7, count),
        half_width=half_width,
        angle=rng.uniform(0, np.pi) + flow[places[0], places[1]].astype(np.float64),
        shape=np.zeros(count, np.int64),
    )


def _piled(leaves: _Leaves, edge: int) -> NDArray[np.int16]:
    """Which leaf is seen at each pixel, counted from 1; 0 is the ground."""
    seen = np.zeros((edge, edge), np.int16)
    grid = np.arange(edge, dtype=np.float32)
    cosine, sine = np.cos(leaves.angle), np.sin(leaves.angle)
    reach = np.maximum(leaves.half_length, leaves.half_width) * np.where(leaves.shape == 0, 1, 1.42)
    first_rows = np.clip(leaves.row - reach, 0, edge).astype(int)
    last_rows = np.clip(leaves.row + reach + 1, 0, edge).astype(int)
    first_columns = np.clip(leaves.column - reach, 0, edge).astype(int)
    last_columns = np.clip(leaves.column + reach + 1, 0, edge).astype(int)
    for leaf in range(len(leaves.row)):
        rows = slice(first_rows[leaf], last_rows[leaf])
        columns = slice(first_columns[leaf], last_columns[leaf])
        down = grid[rows, None] - np.float32(leaves.row[leaf])
        right = grid[None, columns] - np.float32(leaves.column[leaf])
        length, width = leaves.half_length[leaf], leaves.half_width[leaf]
        along = right * np.float32(cosine[leaf] / length) + down * np.float32(sine[leaf] / length)
        across = down * np.float32(cosine[leaf] / width) - right * np.float32(sine[leaf] / width)
        seen[rows, columns][_inside(along, across, int(leaves.shape[leaf]))] = leaf + 1
    return seen


def _inside(along: Plane, across: Plane, shape: int) -> NDArray[np.bool_]:
    """Whether points are in the unit ellipse (0), rectangle (1) or triangle (2)."""
    if shape == 0:
        return along * along + across * across < 1
    if shape == 1:
        return np.maximum(np.abs(along), np.abs(across)) < 1
    return (np.abs(across) < 0.5 - 0.5 * along) & (along > -1)


def _painted(rng: Generator, seen: NDArray[np.int16], count: int) -> Planes:
    """Give every leaf a colour of one palette, a texture and a contrast of its own."""
    edge = len(seen)
    colours = _palette(rng)
    leaf_colours = colours[rng.integers(0, len(colours), count + 1)]
    leaf_colours = leaf_colours * rng.uniform(0.75, 1.25, (count + 1, 1)).astype(np.float32)
    contrasts = np.array(_CONTRASTS, np.float32)[rng.integers(0, len(_CONTRASTS), count + 1)]
    pair = textures()[rng.integers(0, FIELD_COUNT, 2)]
    rows, columns = window(rng, edge)
    second = rng.integers(0, 2, count + 1).astype(bool)
    texture = np.where(second[seen], pair[1][rows, columns], pair[0][rows, columns])
    light: Planes = leaf_colours.T[:, seen] * rounded(np.exp, contrasts[seen] * texture)
    return light


def _haze(rng: Generator, edge: int) -> Planes:
    """One 1/f field mixes two colours, another is its grain: clouds, water, plaster."""
    colours = _palette(rng)
    fields = textures()[rng.integers(FIELD_COUNT // 3, FIELD_COUNT, 2)]
    first, second = (field[window(rng, edge)] for field in fields)
    mix = 1 / (1 + rounded(np.exp, -rng.uniform(0.6, 1.6) * first))
    grain = rounded(np.exp, np.float32(rng.uniform(0.03, 0.2)) * second)
    light = colours[0][:, None, None] * mix + colours[1][:, None, None] * (1 - mix)
    grained: Planes = (light * grain).astype(np.float32)
    return grained


def _palette(rng: Generator) -> Floats:
    """4 to 8 colours of linear light, one a row, paler than pure ones."""
    count = int(rng.integers(4, 9))
    grey = rng.uniform(0.03, 0.75, (count, 1))
    hue = rng.uniform(0.02, 0.9, (count, 3))
    saturation = rng.uniform(0.2, 0.7)
    colours = grey + saturation * (hue - hue.mean(axis=1, keepdims=True))
    palette: Floats = colours.clip(0.015).astype(np.float32)
    return palette


def _illumination(rng: Generator, edge: int) -> Plane:
    """Light that grows towards one side: exp of a plane with slopes of deviation 0.25."""
    span = np.linspace(-1, 1, edge, dtype=np.float32)
    down, right = 0.25 * noise(rng, (2,))
    slope: Plane = rounded(np.exp, down * span[:, None] + right * span[None, :])
    return slope
