"""Run the benchmarks named on the command line, or all of them."""

import sys

from tests.benchmarks import autoencoders, gans, speed, startup

BENCHMARKS = {
    "startup": startup.main,
    "speed": speed.main,
    "autoencoders": autoencoders.main,
    "gans": gans.main,
}

for name in sys.argv[1:] or BENCHMARKS:
    BENCHMARKS[name]()
