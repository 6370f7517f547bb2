"""White shapes on black, made from factors that are known: shape, scale, rotation and place.

As in dSprites (Matthey et al. 2017) every factor takes values from a grid, independently of the others:

    shape     square, ellipse (twice as wide as high) or heart, of equal area: the label
    scale     6 values from 0.5 to 1, the largest, whose area is 100 pixels
    rotation  40 values from −45° up to 42.75°, counter-clockwise
    x, y      32 values each from 8.5 to 23.5 pixels from the left and from the top to the shape's centroid

A square looks the same after a quarter of a turn, so no shape is turned further: every combination has a picture of its
own, and rotation can be read from each. (Of dSprites' full turn a square shows a quarter only and an ellipse a half.
Here too the two ends of the range look alike for a square, not for the others.) 7,500 of the 737,280 combinations are
drawn, none twice.

Each pixel is lit by how much of it the shape covers, very nearly: ½ − d, held inside [0, 1], where d is the distance in
pixels from its centre to the shape's edge, negative inside.

Matthey, Higgins, Hassabis & Lerchner, "dSprites: Disentanglement testing Sprites dataset", 2017.
"""

import math
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 6_000
TEST = 1_500
SIDE = 32
SHAPES = ("square", "ellipse", "heart")
SCALES = torch.linspace(0.5, 1, 6)
ROTATIONS = torch.arange(40) * 2.25 - 45
PLACES = torch.linspace(8.5, 23.5, 32)
AREA = 100.0


class Parameters(Preprocessed):
    """What training never sees."""

    combination_left_out: Literal["none", "hearts on the right"] = knob(
        "none",
        group="Data",
        label="Combination left out",
        help="Kept from training only: held-out samples then show whether a known shape can be put in a known place.",
    )


def square(x: Tensor, y: Tensor) -> Tensor:
    """Distance to the edge of a square."""
    half = math.sqrt(AREA) / 2
    over = torch.stack([x, y]).abs() - half
    outside: Tensor = torch.hypot(*over.clamp(min=0))
    return outside + over.amax(dim=0).clamp(max=0)


def ellipse(x: Tensor, y: Tensor) -> Tensor:
    """Distance to the edge of an ellipse, to first order."""
    height = math.sqrt(AREA / (2 * math.pi))
    width = 2 * height
    slope = 2 * torch.hypot(x / width**2, y / height**2)
    return ((x / width) ** 2 + (y / height) ** 2 - 1) / slope


def heart(x: Tensor, y: Tensor) -> Tensor:
    """Distance to the edge of a heart: a square on its corner with a half disc on each of its upper sides."""
    half = math.sqrt(AREA / (4 + math.pi))
    # Along each of the square's sides, the centroid is this far from the square's own centre.
    centroid = half * (math.pi / 2 + 2 / 3) / (4 + math.pi)
    u, v = (y + x) / math.sqrt(2) + centroid, (y - x) / math.sqrt(2) + centroid
    body = torch.maximum(u.abs(), v.abs()) - half
    lobes = torch.minimum(torch.hypot(u - half, v), torch.hypot(u, v - half)) - half
    return torch.minimum(body, lobes)


# In the order of SHAPES: points (x, y) to the right of and above the centroid → the distance in pixels at scale 1.
EDGES: tuple[Callable[[Tensor, Tensor], Tensor], ...] = (square, ellipse, heart)


def draw(shape: int, factors: Tensor) -> Tensor:
    """Pictures (N, 1, 32, 32) in [0, 1] of one shape with these factors (N, 4): scale, degrees, and x, y in pixels."""
    scale, rotation, x, y = factors.T.reshape(4, -1, 1, 1)
    centres = torch.arange(SIDE) + 0.5
    right, up = centres - x, y - centres.unsqueeze(1)
    cos, sin = rotation.deg2rad().cos(), rotation.deg2rad().sin()
    distance = scale * EDGES[shape]((right * cos + up * sin) / scale, (up * cos - right * sin) / scale)
    pictures: Tensor = (0.5 - distance).clamp(0, 1)
    return pictures.unsqueeze(1)


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Pictures (N, 1, 32, 32) in [0, 1], labelled by shape; the factors are scale, rotation, x and y.

    The hearts called `combination_left_out`, whose x is beyond the middle, are taken out of the training split only.
    """
    generator = torch.Generator().manual_seed(seed)
    grid = (len(SHAPES), len(SCALES), len(ROTATIONS), len(PLACES), len(PLACES))
    drawn = torch.randperm(math.prod(grid), generator=generator)[: TRAIN + TEST]
    labels, scale, rotation, x, y = torch.unravel_index(drawn, grid)
    factors = torch.stack([SCALES[scale], ROTATIONS[rotation], PLACES[x], PLACES[y]], dim=1)
    pictures = torch.empty(len(drawn), 1, SIDE, SIDE)
    for shape in range(len(SHAPES)):
        pictures[labels == shape] = draw(shape, factors[labels == shape])

    whole = Split(pictures, labels, factors)
    kept = torch.arange(TRAIN)
    if parameters.combination_left_out != "none":
        kept = kept[(labels[:TRAIN] != SHAPES.index("heart")) | (factors[:TRAIN, 2] < SIDE / 2)]
    return whole[kept], whole[TRAIN:]


SPRITES = Source(
    spec=DataSpec(
        kind="image",
        shape=(1, SIDE, SIDE),
        value_range=(0.0, 1.0),
        label_names=SHAPES,
        label_factor="shape",
        factor_names=("scale", "rotation (degrees)", "x (pixels)", "y (pixels)"),
    ),
    card=Card(
        title="Sprites",
        summary=(
            "A square, an ellipse or a heart of any size, rotation and place, 32 × 32 grey values: what made each "
            "picture is known, and codes can be coloured by it."
        ),
        origin="Synthetic, in the manner of dSprites (Matthey et al. 2017)",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
    # Two say where a sprite is, and every shape becomes a blob; in ten, turned ones still do.
    latents=16,
)
