"""Files that people bring: a CSV of 109 MB, generated tables of any seed, and 2,000 mutations of each format."""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from core.uploads.sandbox import HEAD
from tests.test_generated_tables import read as tables
from tests.test_mutations import FILES, labels_mutated, mutated

ROWS = 60_000
PIXELS = 784
MUTATIONS = 2_000
TABLES = 5_000


def main() -> None:
    """Print seconds and memory of both stages of the large table, and what became of generated tables and mutations."""
    data = _digits()
    with tempfile.TemporaryDirectory() as folder:
        file, read = Path(folder, "digits.csv"), Path(folder, "digits.safetensors")
        file.write_bytes(data)
        print(f"{len(data) / 1e6:.0f} MB of CSV")
        read.write_bytes(_timed(["read", [str(file)], "digits.csv", {}])[HEAD:])
        _timed(["make", [str(read)], "digits.csv", {}])
    wrong, unsaid = tables(TABLES, derandomize=False)
    print(f"{TABLES:,} tables: {len(wrong):,} not read to their values, {len(unsaid):,} of them not said to be unsure")
    for name in FILES:
        print(f"{name:>16}: {MUTATIONS:,} mutations, {mutated(name, MUTATIONS)}")
    print(f"          labels: {MUTATIONS:,} mutations, {labels_mutated(MUTATIONS)}")


def _timed(task: list[Any]) -> bytes:
    """What a process answers to a task; its seconds and its memory are printed."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "core.uploads.sandbox"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(json.dumps(task).encode() + b"\n")
        process.stdin.close()
        answer = process.stdout.read()
        _, _, used = os.wait4(process.pid, 0)
    print(
        f"{task[0]:>16}: {time.perf_counter() - began:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of computing, "
        f"{used.ru_maxrss / 1e3:.0f} MB"
    )
    return answer


def _digits() -> bytes:
    """A table like that of MNIST, four of five pixels 0."""
    random, text = np.random.default_rng(0), io.StringIO()
    text.write("label," + ",".join(f"pixel{i}" for i in range(PIXELS)) + "\n")
    for row in range(ROWS):
        pixels = random.integers(0, 256, PIXELS) * (random.random(PIXELS) < 0.19)
        text.write(f"{row % 10}," + ",".join(map(str, pixels.tolist())) + "\n")
    return text.getvalue().encode()
