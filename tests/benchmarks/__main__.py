"""Run the benchmarks named on the command line, or all of them."""

import sys

from core import DATASETS
from tests.benchmarks import (
    analyses,
    anomalies,
    autoencoders,
    brush,
    by_hand,
    clustering,
    disentanglement,
    fidelity,
    follow,
    gans,
    growth,
    knobs,
    looks,
    once,
    points,
    sequences,
    speed,
    startup,
    sweep,
    thirty,
    uploads,
    uses,
    wall,
)

BENCHMARKS = {
    "startup": startup.main,
    "speed": speed.main,
    "autoencoders": autoencoders.main,
    "analyses": analyses.main,
    "anomalies": anomalies.main,
    "clustering": clustering.main,
    "disentanglement": disentanglement.main,
    "gans": gans.main,
    "growth": growth.main,
    "fidelity": fidelity.main,
    "knobs": knobs.main,
    "sequences": sequences.main,
    "sweep": sweep.main,
    "brush": brush.main,
    "by_hand": by_hand.main,
    "thirty": thirty.main,
    "wall": wall.main,
    "follow": follow.main,
    "once": once.main,
    "looks": looks.main,
    "points": points.main,
    "uploads": uploads.main,
    "uses": uses.main,
}

# The guard is for worker processes, which import this file once more.
if __name__ == "__main__":
    # A dataset's name narrows a benchmark that stands before it.
    for name in [name for name in sys.argv[1:] if name not in DATASETS] or BENCHMARKS:
        BENCHMARKS[name]()
