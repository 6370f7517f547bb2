"""The handwritten digits as sequences: each is read row by row, from the top."""

from dataclasses import replace

from core.dataset import Split
from core.datasets.digits import DIGITS
from core.hyperparameters import Hyperparameters


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Sequences (N, 8, 8) in [0, 1]: at step t, the eight pixels of row t."""
    train, test = DIGITS.read(seed, parameters)
    return replace(train, x=train.x.squeeze(1)), replace(test, x=test.x.squeeze(1))


DIGIT_ROWS = replace(
    DIGITS,
    spec=replace(DIGITS.spec, kind="sequence", shape=(8, 8)),
    card=replace(
        DIGITS.card,
        title="Digits, row by row",
        summary="The digits read one row of eight pixels at a time: a network must remember what it saw above.",
    ),
    read=read,
)
