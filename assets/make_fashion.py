"""Makes fashion.npz from the files of Debian's package dataset-fashion-mnist, which stand in the folder given."""

import gzip
import sys
from pathlib import Path

import numpy as np

PER_CLASS = 500


def main(folder: Path) -> None:
    """Keep the first 500 images of each class, (10, 500, 28, 28), in the order in which the files have them."""
    images, labels = folder / "t10k-images-idx3-ubyte.gz", folder / "t10k-labels-idx1-ubyte.gz"
    # An idx file is a header, 4 bytes and 4 more for each dimension, and then plain bytes.
    x = np.frombuffer(gzip.decompress(images.read_bytes()), np.uint8, offset=16).reshape(-1, 28, 28)
    y = np.frombuffer(gzip.decompress(labels.read_bytes()), np.uint8, offset=8)
    kept = np.stack([x[y == label][:PER_CLASS] for label in range(10)])
    np.savez_compressed(Path(__file__).with_name("fashion.npz"), images=kept)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist"))
