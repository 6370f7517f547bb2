"""The handwritten digits as sequences: each is read row by row, from the top."""

from dataclasses import replace

from core.dataset import Split
from core.datasets.digits import DIGITS, Parameters


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Sequences (N, 8, 8) in [0, 1]: at step t, the eight pixels of row t."""
    train, test = DIGITS.read(seed, parameters)
    return Split(train.x.squeeze(1), train.y), Split(test.x.squeeze(1), test.y)


DIGIT_ROWS = replace(
    DIGITS,
    title="Digits, row by row",
    summary="The handwritten digits read one row of eight pixels at a time: a network must remember what it saw above.",
    kind="sequence",
    shape=(8, 8),
    read=read,
)
