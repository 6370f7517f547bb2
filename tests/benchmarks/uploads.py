"""Files that people bring: a CSV of 109 MB, generated tables of any seed, and 2,000 mutations of each format."""

import io
import json
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

from tests.test_generated_tables import read
from tests.test_mutations import FILES, mutated

ROWS = 60_000
PIXELS = 784
MUTATIONS = 2_000
TABLES = 5_000


def main() -> None:
    """Print seconds and memory of the large table, and what became of generated tables and of mutations."""
    data = _digits()
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        task = json.dumps(["read", [file.name], "digits.csv", {}]).encode() + b"\n"
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "core.uploads.sandbox"], input=task, stdout=subprocess.DEVNULL, check=True
        )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{len(data) / 1e6:.0f} MB of CSV: {time.perf_counter() - began:.1f} s, {used.ru_utime + used.ru_stime:.1f} s "
        f"of computing, {used.ru_maxrss / 1e3:.0f} MB"
    )
    wrong, unsaid = read(TABLES, derandomize=False)
    print(f"{TABLES:,} tables: {len(wrong):,} not read to their values, {len(unsaid):,} of them not said to be unsure")
    for name in FILES:
        print(f"{name:>16}: {MUTATIONS:,} mutations, {mutated(name, MUTATIONS)}")


def _digits() -> bytes:
    """A table like that of MNIST, four of five pixels 0."""
    random, text = np.random.default_rng(0), io.StringIO()
    text.write("label," + ",".join(f"pixel{i}" for i in range(PIXELS)) + "\n")
    for row in range(ROWS):
        pixels = random.integers(0, 256, PIXELS) * (random.random(PIXELS) < 0.19)
        text.write(f"{row % 10}," + ",".join(map(str, pixels.tolist())) + "\n")
    return text.getvalue().encode()
