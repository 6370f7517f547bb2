"""Several runs at once, each on a core of its own."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def pool() -> ProcessPoolExecutor:
    """A worker process for each core; training itself takes one thread."""
    return ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"))
