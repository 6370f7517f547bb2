"""The training loop.

One tensor of data, an index permutation, fused optimisers, and no number read back in between: `Training.advance`
is all there is to it. All randomness comes from generators seeded by the configuration, and `state` holds every bit
that the next step depends on, so a run that was paused, moved or lost goes on exactly as if nothing had happened.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from safetensors.torch import load, save
from torch import Tensor
from torch.optim import SGD, Adam, Optimizer, RMSprop

from core.config import RunConfig
from core.dataset import Dataset
from core.datasets import dataset_of, find
from core.errors import CorruptRun, Diverged
from core.model import Model
from core.models import MODELS
from core.training.observer import Observer
from core.training.snapshot import Snapshot
from core.training.tensors import head, read_head

# Steps between two looks at the losses. Reading a number back costs time, so it is done this rarely.
CHECK_EVERY = 50
# A loss this many times that of the first step (or 1, if that is more) has run away, even if it is still finite.
RUNAWAY = 100.0
# Held-out samples that a run must answer to at its end.
JUDGED = 64


class Training:
    """A run in progress: dataset, model, optimisers and random state at some step."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        source = find(config.dataset)
        self.dataset = dataset_of(config.dataset, config.seed, config.data)
        self.model = MODELS[config.model](config.hyperparameters, source)
        self.rng = torch.Generator().manual_seed(config.seed)
        self.model.initialize(self.rng)
        self.model.steps = config.steps
        self.changes = {change.step for change in config.changes}
        self.optimizers = {name: _optimizer(part, self.model) for name, part in self.model.parts().items()}
        self.order = torch.randperm(len(self.dataset.train.x), generator=self.rng)
        self.position = 0
        self.step = 0
        self.seconds = 0.0
        self.ceiling: float | None = None
        self.kept: tuple[int, dict[str, Tensor]] | None = None
        self.metrics: dict[str, float] = {}
        self.observer = Observer(self.dataset, source)

    @property
    def done(self) -> bool:
        """Whether all configured steps have been taken."""
        return self.step >= self.config.steps

    def advance(self, steps: int | None = None, seconds: float | None = None) -> None:
        """Train for at most `steps` steps and about `seconds` seconds, but never past the configured end.

        Raises:
            Diverged: the loss ran away; the last weights known to be finite are back in the model.
        """
        end = self.config.steps if steps is None else min(self.config.steps, self.step + steps)
        with one_thread():
            started = time.perf_counter()
            deadline = None if seconds is None else started + seconds
            while self.step < end:
                # Chunks end at the same steps however the run is cut, so a divergence is always found at the same one.
                self._chunk(min(end, (self.step // CHECK_EVERY + 1) * CHECK_EVERY), deadline)
                if deadline is not None and time.perf_counter() >= deadline:
                    break
            self.seconds += time.perf_counter() - started

    def _chunk(self, end: int, deadline: float | None) -> None:
        """Take steps up to `end` or the deadline, then look at their losses."""
        first = self.step
        # Kept where losses are judged, not where a slice happens to end: in between they may have run away already.
        if self.kept is None or first % CHECK_EVERY == 0:
            self.kept = first, {name: value.clone() for name, value in self.model.state_dict().items()}
        losses: list[dict[str, Tensor]] = []
        while self.step < end and (deadline is None or time.perf_counter() < deadline or not losses):
            losses.append(self._step())
        table = {name: torch.stack([values[name] for values in losses]) for name in losses[0]}
        worst = torch.stack([table[name].abs() for name in table if name.endswith("loss")]).amax(dim=0)
        if self.ceiling is None and torch.isfinite(worst[0]):
            self.ceiling = RUNAWAY * max(1.0, float(worst[0]))
        wrong = ~torch.isfinite(worst)
        # A first step too far is often made good: finite losses are judged at the same steps however the run is cut.
        if self.ceiling is not None and (self.step % CHECK_EVERY == 0 or self.done):
            wrong[-1] |= worst[-1] > self.ceiling
        bad = wrong.nonzero()
        if len(bad) or not _finite(self.model) or (self.done and not self._answers()):
            at = first + 1 + (int(bad[0]) if len(bad) else len(losses) - 1)
            self.step, weights = self.kept
            self.model.load_state_dict(weights)
            self.model.step = max(0, self.step - 1)
            raise Diverged(at, self.step, {part: self.model.base_rate(part) for part in self.optimizers})
        self.metrics = _finite_only({name: float(values.mean()) for name, values in table.items()})

    def _answers(self) -> bool:
        """Whether held-out losses are finite: what the last step did to the weights, no later loss would tell."""
        self.model.eval()
        with torch.no_grad():
            losses = self.model.evaluate(self.observer.x[:JUDGED], torch.Generator().manual_seed(self.config.seed))
        self.model.train()
        return all(bool(torch.isfinite(loss).all()) for loss in losses.values())

    def _step(self) -> dict[str, Tensor]:
        if self.step in self.changes:
            self.model.hyperparameters = self.config.at(self.step)
        size = self.model.samples_per_step
        if self.position + size > len(self.order) and self.position > 0:
            torch.randperm(len(self.order), generator=self.rng, out=self.order)
            self.position = 0
        batch = self.dataset.train.x[self.order[self.position : self.position + size]]
        self.position += size
        self.model.step = self.step
        for name, optimizer in self.optimizers.items():
            optimizer.param_groups[0]["lr"] = self.model.learning_rate(name)
        self.model.survey(self.dataset.train.x, self.rng)
        losses = self.model.training_step(batch, self.optimizers, self.rng)
        self.step += 1
        return losses

    def snapshot(self) -> Snapshot:
        """Metrics and views at this step; looking does not disturb the run."""
        # Batch statistics and power iterations move in training mode only.
        self.model.eval()
        with one_thread(), torch.no_grad():
            test, views = self.observer.look(self.model, self.config.seed)
        self.model.train()
        metrics = {**self.metrics, **_finite_only(test)}
        return Snapshot(self.step, self.config.steps, self.seconds, metrics, self.dataset.value_range, views)

    def state(self) -> bytes:
        """Everything the next step depends on, as one safetensors file."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        for name, optimizer in self.optimizers.items():
            for index, slots in optimizer.state_dict()["state"].items():
                kept = {slot: value for slot, value in slots.items() if value is not None}
                tensors |= {f"optimizer.{name}.{index}.{slot}": value for slot, value in kept.items()}
        tensors |= {"rng": self.rng.get_state(), "order": self.order}
        numbers = {
            "step": self.step, "position": self.position, "seconds": self.seconds, "ceiling": self.ceiling,
            "metrics": self.metrics, "config": self.config.model_dump(mode="json"),
        }  # fmt: skip
        return save({name: value.contiguous() for name, value in tensors.items()}, metadata=head(numbers))

    def restore(self, data: bytes) -> None:
        """Go on from a `state`.

        Raises:
            CorruptRun: the bytes are damaged or belong to another configuration.
        """
        try:
            tensors, numbers = load(data), read_head(data)
            before, step = RunConfig.model_validate_json(json.dumps(numbers["config"])), numbers["step"]
            if before.until(step) != self.config.until(step):
                raise ValueError("they belong to another configuration")
            self.model.load_state_dict(_below(tensors, "model."))
            for name, optimizer in self.optimizers.items():
                slots: dict[int, dict[str, Tensor]] = {}
                for key, value in _below(tensors, f"optimizer.{name}.").items():
                    index, slot = key.split(".")
                    slots.setdefault(int(index), {})[slot] = value
                optimizer.load_state_dict({**optimizer.state_dict(), "state": slots})
            self.rng.set_state(tensors["rng"])
            self.order = tensors["order"]
            self.position, self.step, self.seconds = numbers["position"], numbers["step"], numbers["seconds"]
            self.ceiling, self.metrics = numbers["ceiling"], numbers["metrics"]
            # The model knows the step it took last.
            self.model.step, self.model.hyperparameters = max(0, self.step - 1), self.config.at(self.step)
        except Exception as error:
            raise CorruptRun(f"This run's weights cannot be read: {error}") from error


@dataclass(frozen=True)
class Run:
    """A finished run: its configuration, data, trained model, and the metrics of every snapshot on the way."""

    config: RunConfig
    dataset: Dataset
    model: Model
    history: list[Snapshot] = field(default_factory=list)


def train(config: RunConfig, every: float = 0.25) -> Iterator[Snapshot]:
    """Train in this process, yielding a snapshot about every `every` seconds, the first before the first step.

    Raises:
        Diverged: the loss ran away.
    """
    yield from _snapshots(Training(config), every)


def fit(config: RunConfig, every: float = 0.25) -> Run:
    """Train to the end in this process.

    Raises:
        Diverged: the loss ran away.
    """
    training = Training(config)
    history = list(_snapshots(training, every))
    return Run(config, training.dataset, training.model.requires_grad_(False).eval(), history)


def _snapshots(training: Training, every: float) -> Iterator[Snapshot]:
    yield training.snapshot()
    while not training.done:
        training.advance(seconds=every)
        yield training.snapshot()


def model_from(config: RunConfig, state: bytes) -> Model:
    """The model of a run at the step of its `state`, without loading any data.

    Raises:
        CorruptRun: the bytes are damaged or belong to another configuration.
    """
    model = MODELS[config.model](config.hyperparameters, find(config.dataset))
    try:
        model.load_state_dict(_below(load(state), "model."))
    except Exception as error:
        raise CorruptRun(f"This run's weights cannot be read: {error}") from error
    return model.requires_grad_(False).eval()


@contextmanager
def one_thread() -> Iterator[None]:
    """One torch thread inside: faster on networks this small, and sums come out the same bit for bit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _optimizer(part: torch.nn.Module, model: Model) -> Optimizer:
    hp = model.hyperparameters
    parameters, rate = list(part.parameters()), hp.learning_rate
    if hp.optimizer == "adam":
        return Adam(parameters, lr=rate, betas=(hp.momentum, hp.beta2), fused=True)
    if hp.optimizer == "sgd":
        return SGD(parameters, lr=rate, momentum=hp.momentum, fused=True)
    return RMSprop(parameters, lr=rate, foreach=True)


def _finite_only(metrics: dict[str, float]) -> dict[str, float]:
    """A loss can overflow although the weights are finite; there is no such number in JSON, nor on an axis."""
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


def _finite(model: Model) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in model.parameters())


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
