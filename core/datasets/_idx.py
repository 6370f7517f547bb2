"""Image sets in the files of MNIST: idx format, gzipped, with the held-out images in files of their own.

An idx file begins with two zero bytes, the type of its values (8: unsigned bytes) and the number of dimensions, then
the size of each as a big-endian 32-bit integer, then the values (LeCun, Cortes & Burges 1998).
"""

import gzip
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.dataset import Download, Split
from core.errors import DownloadFailed

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def downloads(folder: str, url: str, known: tuple[tuple[str, int], ...]) -> tuple[Download, ...]:
    """The four files below `url`, each with its MD5 checksum and size in bytes as `known`, in the order of `FILES`."""
    return tuple(
        Download(f"{folder}/{file}.gz", f"{url}/{file}.gz", f"md5:{checksum}", size)
        for file, (checksum, size) in zip(FILES, known, strict=True)
    )


def read_splits(files: tuple[Path, ...], seed: int) -> tuple[Split, Split]:
    """Images (N, 1, H, W) in [0, 1] and labels, from the four `FILES`; `seed` draws the order, not what is held out.

    Raises:
        DownloadFailed: a file is not what it should be.
    """
    images, labels, held_out, held_out_labels = (read_idx(path) for path in files)
    generator = torch.Generator().manual_seed(seed)

    def split(x: Tensor, y: Tensor) -> Split:
        order = torch.randperm(len(x), generator=generator)
        return Split((x[order].float() / 255).unsqueeze(1), y[order].long())

    return split(images, labels), split(held_out, held_out_labels)


def read_idx(path: Path) -> Tensor:
    """The array of unsigned bytes in a gzipped idx file.

    Raises:
        DownloadFailed: this is no such file.
    """
    try:
        with gzip.open(path) as file:
            data = file.read()
        dimensions = data[3]
        shape = np.frombuffer(data, ">u4", dimensions, offset=4)
        values = np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (OSError, EOFError, ValueError, IndexError) as error:
        raise DownloadFailed(f"{path} is damaged: {error}. Delete it and fetch it again.") from error
    return torch.from_numpy(values.copy())
