"""Small things that the tests of models, formulas and analyses are made of."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
import torch
from torch import Tensor, nn

from core import DATASETS, MODELS, RunConfig
from core.analysis import Context
from core.dataset import Card, Dataset, DataSpec, Split
from core.engine import ReadableRecord
from core.home import Home
from core.model import Model
from core.protocol import Status

T = TypeVar("T")


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=rng(seed))


def uniform(*shape: int, seed: int = 0) -> Tensor:
    """Numbers between 0 and 1."""
    return torch.rand(shape, generator=rng(seed))


def made(model: str = "gan", dataset: str = "ring", **hyperparameters) -> Model:
    """A model with its first weights."""
    network = MODELS[model](MODELS[model].Hyperparameters(**hyperparameters), DATASETS[dataset].spec)
    network.initialize(rng())
    return network


def optimizers_of(network: Model, rate: float = 0.1) -> dict[str, torch.optim.Optimizer]:
    return {name: torch.optim.SGD(part.parameters(), lr=rate) for name, part in network.optimised_modules().items()}


def weights(part: nn.Module) -> list[Tensor]:
    return [value.clone() for value in part.parameters()]


def config_of(model: str = "autoencoder", dataset: str = "digits", steps: int = 60, **hyperparameters) -> RunConfig:
    return RunConfig(dataset=dataset, model=model, steps=steps, seed=1, hyperparameters=hyperparameters)


def new_record(config: RunConfig) -> ReadableRecord:
    """A run on a dataset of the table, as the store has it before its first step."""
    spec = DATASETS[config.dataset].spec
    return ReadableRecord("run", "Run", 0.0, Status.WAITING, 0, 0.0, "", {}, "", config, spec)


def damaged(whole: bytes) -> list[bytes]:
    """Bytes that were cut short, overwritten, or are something else."""
    size = int.from_bytes(whole[:8], "little")
    return [b"", b"no such thing", whole[:5], whole[: 8 + size // 2], whole[:-1], whole[: 8 + size], whole[8:],
            b"\xff" * 8 + whole[8:], whole[:8] + b"\0" * size + whole[8 + size :]]  # fmt: skip


def no_bench(address):
    """In place of a worker's bench, where nothing is trained."""
    return asyncio.get_running_loop().create_future()


def completed(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to, in a thread and a loop of its own: in this one, Playwright's loop may be running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def first_dataset(model: str) -> str:
    """The first dataset in the table that a model accepts."""
    return next(name for name, source in DATASETS.items() if source.spec.kind in MODELS[model].kinds)


def together(*splits: Split) -> Split:
    """The samples of several splits, one after the other."""
    parts = [[getattr(split, name) for split in splits] for name in ("x", "y", "factors")]
    return Split(*(None if part[0] is None else torch.cat(part) for part in parts))


def held_out(data: Dataset) -> Split:
    """Validation and test samples."""
    return together(data.validation, data.test)


def everything(data: Dataset) -> Split:
    """All samples there are."""
    return together(data.train, data.validation, data.test)


CARD = Card("Brought", "What a test brought.", "a test", "ours")


def bring(kind: str, shape: tuple[int, ...], samples: int, home: Home | None = None, **stated) -> str:
    """Put random samples on the shelf of `home`; the dataset's id."""
    spec = DataSpec(kind, shape, (-4.0, 4.0), **stated)
    return (home or Home()).shelf.keep(spec, CARD, normal(samples, *shape).clamp(-4, 4))


# The first UMAP on a computer compiles for ten seconds: tests of it share a process.
UMAP = pytest.mark.xdist_group("umap")
CENTRES = torch.tensor([[-2.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]])


class Mirror(Model):
    """Codes are the samples, and new samples are those it was given to repeat."""

    title = "Mirror"
    capabilities = frozenset({"encode", "decode", "reconstruct", "sample"})
    latents = 2
    hyperparameters = SimpleNamespace(noise="none")
    value_range = (0.0, 1.0)

    def __init__(self, memory=None):
        torch.nn.Module.__init__(self)
        self.memory = memory

    def encode(self, x):
        return x.flatten(1)

    def decode(self, z):
        return z

    def sample(self, n, seed=0):
        return self.memory[:n]


class Constant(Mirror):
    """Every code is the same number."""

    def __init__(self, value):
        super().__init__()
        self.value = value

    def encode(self, x):
        return torch.full((len(x), 2), self.value)


def blobs(train=200, test=80, labelled=True):
    """Four tight groups in three dimensions; nothing is asked of the validation samples, which are the test's."""
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(train + test) % len(CENTRES)
    x = CENTRES[y] + 0.1 * torch.randn(train + test, 3, generator=generator)
    parts = (slice(train), slice(train, None), slice(train, None))
    splits = [Split(x[part], y[part] if labelled else None) for part in parts]
    return Dataset("blobs", *splits, DataSpec("vector", (3,), (-3.0, 3.0), ("a", "b", "c", "d")))


def context(look_at=None, data=None, dataset="two_moons", model="autoencoder"):
    return Context(look_at or Mirror(), data or blobs(), RunConfig(dataset=dataset, model=model))
