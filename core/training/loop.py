"""The training loop.

One tensor of data, an index permutation, fused optimisers, and no number read back in between: `Training.advance`
is all there is to it. All randomness comes from generators seeded by the configuration, and a checkpoint holds every
bit that the next step depends on, so a run that was paused, moved or lost goes on exactly as if nothing had happened.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer, RMSprop

from core.config import RunConfig
from core.dataset import Dataset
from core.datasets import dataset_of
from core.errors import CorruptRun, Diverged
from core.guards import check_samples, too_far
from core.home import Home
from core.model import Model
from core.models import MODELS
from core.plane import Plane
from core.protocol import Panel
from core.training.attention import Attention
from core.training.checkpoint import Checkpoint, restore_model, slots_of
from core.training.divergence import calmer, ceiling_of, diverged_at, only_finite, weights_are_finite
from core.training.observer import Observer
from core.training.snapshot import Snapshot

# Steps between two looks at the losses. Reading a number back costs time, so it is done this rarely.
CHECK_EVERY = 50
# Validation samples whose losses must be finite at the end of a run.
CHECKED = 64


class Training:
    """A run in progress on the data of `home`: dataset, model, optimisers and random state at some step.

    Raises:
        LatentLabError: the data are not there, or do not suit the configuration.
    """

    def __init__(self, config: RunConfig, home: Home | None = None) -> None:
        self.config = config
        self.dataset = dataset_of(config.dataset, config.seed, config.data, home or Home())
        config.check_fits(self.dataset.spec)
        check_samples(config, len(self.dataset.train.x))
        self.model = MODELS[config.model](config.hyperparameters, self.dataset.spec)
        self.rng = torch.Generator().manual_seed(config.seed)
        self.model.initialize(self.rng)
        self.model.set_clock(0, config.steps)
        self.changes = {change.step for change in config.changes}
        self.optimizers = {
            name: _optimizer(module, self.model) for name, module in self.model.optimised_modules().items()
        }
        self.order = torch.randperm(len(self.dataset.train.x), generator=self.rng)
        self.position = 0
        self.step = 0
        self.seconds = 0.0
        self.ceiling: float | None = None
        self.kept: tuple[int, dict[str, Tensor]] | None = None
        # What each step since the losses were looked at last returned, (steps,) by name.
        self.recent: dict[str, Tensor] = {}
        self.metrics: dict[str, float] = {}
        self.observer = Observer(self.dataset)

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
        steps: list[dict[str, Tensor]] = []
        while self.step < end and (deadline is None or time.perf_counter() < deadline or not steps):
            steps.append(self.take_step())
        losses = {name: torch.stack([values[name] for values in steps]) for name in steps[0]}
        if self.ceiling is None:
            self.ceiling = ceiling_of(losses)
        # A first step too far is often made good: finite losses are judged at the same steps however the run is cut.
        is_judged = self.step % CHECK_EVERY == 0 or self.done
        bad = diverged_at(losses, self.ceiling if is_judged else None)
        if bad is not None or not weights_are_finite(self.model) or (self.done and not self._answers()):
            at = first + 1 + (len(steps) - 1 if bad is None else bad)
            self.step, weights = self.kept
            self.model.load_state_dict(weights)
            self.model.set_clock(self.step, self.config.steps)
            calm = calmer(self.config.in_force(at), self.dataset.spec)
            raise Diverged(at, self.step, too_far(self.dataset.train.x, self.dataset.spec.scaling) or calm.advice)
        # Over the same steps however the run is cut: curves and tables would tell how busy the machine was, otherwise.
        before = self.recent if first % CHECK_EVERY else {}
        self.recent = {name: torch.cat([before.get(name, values[:0]), values]) for name, values in losses.items()}
        self.metrics = only_finite({name: float(values.mean()) for name, values in self.recent.items()})

    def _answers(self) -> bool:
        """Whether validation losses are finite: what the last step did to the weights, no later loss would tell."""
        with self._still():
            losses = self.model.evaluate(self.observer.x[:CHECKED], torch.Generator().manual_seed(self.config.seed))
        return all(bool(torch.isfinite(loss).all()) for loss in losses.values())

    def take_step(self) -> dict[str, Tensor]:
        """The next step, also past the configured end, whatever becomes of it: the metrics that the model returns."""
        if self.step in self.changes:
            self.model.hyperparameters = self.config.at(self.step)
        size = self.model.samples_per_step
        if self.position + size > len(self.order) and self.position > 0:
            torch.randperm(len(self.order), generator=self.rng, out=self.order)
            self.position = 0
        train, places = self.dataset.train, self.order[self.position : self.position + size]
        self.position += size
        self.model.step = self.step
        for name, optimizer in self.optimizers.items():
            optimizer.param_groups[0]["lr"] = self.model.learning_rate(name)
        self.model.before_step(train.x, self.rng)
        if self.model.needs_labels and train.y is not None:
            # The one place where a model is given labels.
            losses = self.model.labelled_step(train.x[places], train.y[places], self.optimizers, self.rng)
        else:
            losses = self.model.training_step(train.x[places], self.optimizers, self.rng)
        self.step += 1
        return {name: value.detach() for name, value in losses.items()}

    def measure(self) -> dict[str, float]:
        """Metrics of validation samples at this step, which training itself does not measure."""
        with self._still():
            return only_finite(self.observer.measure(self.model, self.config.seed))

    def snapshot(
        self,
        measured: Mapping[str, float] | None = None,
        attention: Attention | None = None,
        panels: Collection[Panel] | None = None,
    ) -> Snapshot:
        """Metrics and views at this step; looking does not disturb the run.

        Of what `measure` finds it holds what was `measured`; all of it by default. What only other `panels` show than
        these is of an earlier step, and with `attention` what that cannot pay for now.
        """
        with self._still():
            views = self.observer.look(self.model, self.config.seed, self.step, attention, panels)
        metrics = {**self.metrics, **(self.measure() if measured is None else measured)}
        return Snapshot(
            step=self.step,
            since=self.observer.since(self.step, panels),
            steps=self.config.steps,
            seconds=self.seconds,
            metrics=metrics,
            value_range=self.dataset.value_range,
            **views,
        )

    @contextmanager
    def _still(self) -> Iterator[None]:
        """The model as it is looked at: batch statistics and power iterations move in training mode only."""
        self.model.eval()
        try:
            with one_thread(), torch.no_grad():
                yield
        finally:
            self.model.train()

    def state(self) -> bytes:
        """The checkpoint from which this run can go on bit for bit."""
        return Checkpoint(
            config=self.config,
            step=self.step,
            seconds=self.seconds,
            position=self.position,
            ceiling=self.ceiling,
            metrics=self.metrics,
            recent=self.recent,
            weights=self.model.state_dict(),
            slots={name: slots_of(optimizer) for name, optimizer in self.optimizers.items()},
            rng=self.rng.get_state(),
            order=self.order,
            planes={
                view: torch.from_numpy(plane.axes)
                for view, plane in self.observer.planes.items()
                if plane.axes is not None
            },
        ).to_bytes()

    def restore(self, data: bytes) -> None:
        """Go on from a `state`.

        Raises:
            CorruptRun: the bytes are damaged or belong to another configuration.
        """
        checkpoint = Checkpoint.from_bytes(data)
        restore_model(self.model, self.config, checkpoint)
        try:
            for name, optimizer in self.optimizers.items():
                optimizer.load_state_dict({**optimizer.state_dict(), "state": checkpoint.slots.get(name, {})})
            self.rng.set_state(checkpoint.rng)
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            raise CorruptRun(f"This run's weights cannot be read: {error}") from error
        self.order, self.position = checkpoint.order, checkpoint.position
        self.step, self.seconds = checkpoint.step, checkpoint.seconds
        self.ceiling, self.metrics, self.recent = checkpoint.ceiling, checkpoint.metrics, checkpoint.recent
        for view, axes in checkpoint.planes.items():
            self.observer.planes[view] = Plane(axes.numpy())


@dataclass(frozen=True)
class Run:
    """A finished run: its configuration, data, trained model, and the metrics of every snapshot on the way."""

    config: RunConfig
    dataset: Dataset
    model: Model
    history: list[Snapshot] = field(default_factory=list)


def train(config: RunConfig, every: float = 0.25, home: Home | None = None) -> Iterator[Snapshot]:
    """Train in this process, yielding a snapshot about every `every` seconds, the first before the first step.

    Raises:
        Diverged: the loss ran away.
    """
    yield from _snapshots(Training(config, home), every)


def fit(config: RunConfig, every: float = 0.25, home: Home | None = None) -> Run:
    """Train to the end in this process.

    Raises:
        Diverged: the loss ran away.
    """
    training = Training(config, home)
    history = list(_snapshots(training, every))
    return Run(config, training.dataset, training.model.requires_grad_(False).eval(), history)


def _snapshots(training: Training, every: float) -> Iterator[Snapshot]:
    yield training.snapshot()
    while not training.done:
        training.advance(seconds=every)
        yield training.snapshot()


@contextmanager
def one_thread() -> Iterator[None]:
    """One torch thread inside: faster on networks this small, and sums come out the same bit for bit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _optimizer(module: nn.Module, model: Model) -> Optimizer:
    hp = model.hyperparameters
    parameters, rate = list(module.parameters()), hp.learning_rate
    if hp.optimizer == "adam":
        return Adam(parameters, lr=rate, betas=(hp.momentum, hp.beta2), fused=True)
    if hp.optimizer == "sgd":
        return SGD(parameters, lr=rate, momentum=hp.momentum, fused=True)
    return RMSprop(parameters, lr=rate, foreach=True)
