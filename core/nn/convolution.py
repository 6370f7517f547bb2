"""Convolutional networks for pictures of any size: an autoencoder's backbone, and the two players of a DCGAN."""

import math
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nn.layers import ACTIVATIONS

# Height and width of a picture or a feature map.
Size = tuple[int, int]


def level_sizes(size: Size, levels: int) -> list[Size]:
    """`size` and what is left of it after each halving, rounded up: 7 × 13, 4 × 7, 2 × 4, 1 × 2, 1 × 1, 1 × 1, …"""
    sizes = [size]
    for _ in range(levels):
        height, width = sizes[-1]
        sizes.append(((height + 1) // 2, (width + 1) // 2))
    return sizes


def convolutional_backbone(hp: Any, shape: tuple[int, ...], outputs: int) -> tuple[nn.Sequential, nn.Sequential]:
    """An encoder (N, C, H, W) → (N, outputs) and its mirror image, a decoder (N, latent_size) → (N, C, H, W).

    A level is a 3 × 3 convolution and a pooling that halves the picture, rounding up; its mirror image stretches the
    picture back to the exact size it had and convolves. A side of one pixel stays one, however many levels there are.
    """
    channels, activation = (shape[0], *hp.channels), ACTIVATIONS[hp.activation]
    sizes = level_sizes((shape[1], shape[2]), len(hp.channels))
    narrowest = (channels[-1], *sizes[-1])
    values = math.prod(narrowest)

    down: list[nn.Module] = []
    for seen, made in pairwise(channels):
        # Pooled before it is bent: the same for a rising activation (gelu nearly so), at a quarter of the work.
        down += [nn.Conv2d(seen, made, 3, padding=1), Interleaved(), nn.MaxPool2d(2, ceil_mode=True), activation()]
    encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(values, outputs))

    up: list[nn.Module] = []
    for (seen, made), size in zip(pairwise(channels[::-1]), sizes[-2::-1], strict=True):
        up += [activation(), nn.Upsample(size), nn.Conv2d(seen, made, 3, padding=1)]
    decoder = nn.Sequential(nn.Linear(hp.latent_size, values), nn.Unflatten(1, narrowest), Interleaved(), *up)
    return encoder, decoder


class Interleaved(nn.Module):
    """Feature maps with each pixel's channels side by side in memory: on 28 × 28 a step takes a third less time."""

    def forward(self, x: Tensor) -> Tensor:
        """`x` (N, C, H, W), unchanged but for its strides."""
        return x.contiguous(memory_format=torch.channels_last)


def halving(size: Size) -> dict[str, Any]:
    """What makes a strided convolution of a picture of this `size` halve it, rounding up, and its transpose undo that.

    Kernels of 4 on even sides and of 3 on odd ones: (S + 2 − K) // 2 + 1 = ⌈S / 2⌉, and 2 (⌈S / 2⌉ − 1) − 2 + K = S.
    """
    return {"kernel_size": (4 - size[0] % 2, 4 - size[1] % 2), "stride": 2, "padding": 1}


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation (Ioffe & Szegedy 2015) that also takes a batch with a single value a channel."""

    def forward(self, x: Tensor) -> Tensor:
        """`x` (N, C, H, W) with zero mean and unit variance in each channel, then scaled and shifted."""
        if x.numel() == x.shape[1]:
            # One value has no variance; the running statistics say what is usual.
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        return super().forward(x)
