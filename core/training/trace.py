"""One training step, watched: what each network was given and answered, what was drawn, the loss, and what moved.

Nothing of the step is told here. Hooks on the model's modules and optimisers, and on what draws and differentiates,
note what passes and which line of the model's own code was at work; the weights come out the same, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from itertools import groupby, pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.overrides import TorchFunctionMode

from core.model import Model
from core.training.at_work import frames, line_at, name_of, opening, scalars
from core.training.loop import Training, one_thread
from core.training.scenes import Kind, Moved, Passed, Scene, Trace

# Samples that are kept of all that passes: of points of a plane more, they share one picture.
SHOWN, POINTS = 8, 256
# What random numbers are called.
DRAWN = "drawn"


def trace(training: Training) -> Trace:
    """Take the next step of a run, exactly as it would be taken unwatched, and say what happened in it."""
    watch = _Watch(training.model, POINTS if training.dataset.spec.is_plane else SHOWN)
    with one_thread(), torch.enable_grad(), watch.installed(training.optimizers):
        losses = training.take_step()
    scenes = list(_without_repeats(watch.scenes))
    for scene, following in pairwise(scenes):
        # What is drawn is seen in what the next network is given.
        if scene.kind in ("corruption", "noise") and following.kind == "answer":
            scene.made += following.given
    return Trace(training.step - 1, {name: float(value) for name, value in losses.items()}, tuple(scenes))


class _Watch(TorchFunctionMode):
    """Writes scenes while it is installed."""

    def __init__(self, model: Model, shown: int) -> None:
        super().__init__()
        self.scenes: list[Scene] = []
        self._model, self._shown = model, shown
        self._paths = {
            module: path for path, module in model.named_modules() if path and "parametrizations" not in path
        }
        self._layers = {id(weight): _layer(name) for name, weight in model.named_parameters()}
        # Calls that are under way inside each other: the outermost one is a scene.
        self._depth = 0
        # What came out last, to see that it goes on into the next layer.
        self._last: Tensor | None = None
        self._before: list[Tensor] = []
        # What the loss that was differentiated last pulls at.
        self._pulled: list[Passed] = []

    @contextmanager
    def installed(self, optimizers: Mapping[str, Optimizer]) -> Iterator[None]:
        """Watch the step that is taken inside."""
        name = "labelled_step" if self._model.needs_labels else "training_step"
        step = getattr(self._model, name)

        def watched(x: Tensor, *others: Any) -> dict[str, Tensor]:
            self.scenes.append(Scene("batch", "batch", opening(step.__code__), made=[self._passed("x", x)]))
            with self._hooked(optimizers), self:
                losses: dict[str, Tensor] = step(x, *others)
            return losses

        setattr(self._model, name, watched)
        try:
            yield
        finally:
            delattr(self._model, name)

    @contextmanager
    def _hooked(self, optimizers: Mapping[str, Optimizer]) -> Iterator[None]:
        with ExitStack() as undone:
            for module in self._paths:
                undone.callback(module.register_forward_pre_hook(self._enter).remove)
                undone.callback(module.register_forward_hook(self._leave).remove)
            for part, optimizer in optimizers.items():
                undone.callback(optimizer.register_step_pre_hook(self._about_to_move).remove)
                undone.callback(optimizer.register_step_post_hook(partial(self._note_moved, part)).remove)
            yield

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Note what draws random numbers, and the loss that is differentiated."""
        if func is Tensor.backward:
            self._note_loss(args[0])
        found = func(*args, **(kwargs or {}))
        if func is Tensor.backward:
            # As the loss gives them: an optimiser may find them clipped.
            weights = kwargs["inputs"]
            slopes = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]
            self.scenes[-1].moved = self._moved(weights, slopes, weights)
        if kwargs and kwargs.get("generator") is not None and not self._depth:
            self._note_draw(found)
        return found

    def _enter(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        self._depth += 1

    def _leave(self, module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:
        self._depth -= 1
        if self._depth:
            return
        part, before = self._part(self._paths[module]), self.scenes[-1]
        # Weights, or numbers that no optimiser moves, as those of a code book.
        has_numbers = bool(module.state_dict())
        goes_on = inputs[0] is self._last and before.kind == "answer" and (part == before.part or not has_numbers)
        # One more layer of the same part, or a function without numbers of its own behind it.
        part = before.part if goes_on else part
        self._last, made = output, self._passed(part, output)
        if goes_on:
            before.made[-1] = made
        elif has_numbers:
            given = [self._passed(name_of(each), each) for each in inputs if isinstance(each, Tensor)]
            self._append(Scene("answer", part, line_at(next(frames("models"))), given, [made]))
        if output.requires_grad:
            output.register_hook(partial(self._note_pull, made))

    def _part(self, path: str) -> str:
        """The part of the model that a module belongs to: the nearest one around it that is declared, or its own."""
        names = path.split(".")
        around = (".".join(names[:end]) for end in range(len(names), 0, -1))
        return next((name for name in around if name in self._model.scenes), names[0])

    def _note_draw(self, drawn: Tensor) -> None:
        names = [frame.f_code.co_name for frame in frames()]
        # Where a slope is looked at is a matter of its price: no network is given that draw.
        if "slopes" in names:
            return
        kind: Kind = "corruption" if "corrupt" in names else "noise"
        self._append(Scene(kind, kind, line_at(next(frames("models"))), made=[self._passed(DRAWN, drawn)]))

    def _note_loss(self, loss: Tensor) -> None:
        # Where the loss was put together, not where it was handed on.
        frame = next((frame for frame in frames("models") if scalars(frame)), next(frames("models")))
        self._pulled = []
        self.scenes.append(Scene("loss", "", line_at(frame), numbers={"": loss.item(), **scalars(frame)}))
        self.scenes.append(Scene("gradient", "", line_at(next(frames())), made=self._pulled))

    def _note_pull(self, made: Passed, gradient: Tensor) -> None:
        """Note which way an answer is pulled; the one that came last is the first to hear of it."""
        # What went on into a layer of the same part is no answer.
        if any(made is each for scene in self.scenes for each in scene.made):
            self._pulled.insert(0, replace(made, pull=-gradient[: self._shown].detach().clone()))

    def _about_to_move(self, optimizer: Optimizer, *_: Any) -> None:
        self._before = [weight.detach().clone() for weight in _weights(optimizer)]

    def _note_moved(self, part: str, optimizer: Optimizer, *_: Any) -> None:
        weights = _weights(optimizer)
        changes = [weight.detach() - before for weight, before in zip(weights, self._before, strict=True)]
        loss, slope = self.scenes[-2:]
        if not slope.part:
            # The first of the optimisers that go down this gradient.
            loss.part = slope.part = part
        moved = self._moved(weights, changes, self._before)
        self.scenes.append(Scene("update", part, line_at(next(frames())), moved=moved))
        self._pulled = []

    def _moved(self, weights: list[Tensor], changes: list[Tensor], before: list[Tensor]) -> list[Moved]:
        """The layers of weights that were so `before`: the norms of what changes them, and of themselves."""
        squares: dict[str, Tensor] = {}
        for weight, *parts in zip(weights, changes, before, strict=True):
            found = torch.stack([part.detach().double().square().sum() for part in parts])
            layer = self._layers[id(weight)]
            squares[layer] = squares[layer] + found if layer in squares else found
        return [Moved(layer, *(float(norm) for norm in found.sqrt())) for layer, found in squares.items()]

    def _append(self, scene: Scene) -> None:
        """Add a scene, or its numbers to the one before where the same part is at work there."""
        before = self.scenes[-1]
        is_same = scene.kind == before.kind and scene.part == before.part
        if is_same and (scene.kind != "answer" or scene.line == before.line):
            before.given += scene.given
            before.made += scene.made
            before.line = scene.line
        else:
            self.scenes.append(scene)

    def _passed(self, name: str, values: Tensor) -> Passed:
        return Passed(name, values[: self._shown].detach().clone())


def _without_repeats(scenes: list[Scene]) -> Iterator[Scene]:
    """Of turns that come again, as those of a discriminator before one of its opponent, the last one each."""
    turns: list[list[Scene]] = [[]]
    for scene in scenes:
        turns[-1].append(scene)
        # A turn ends with an update; what is done once, before all turns, is none.
        if scene.kind in ("batch", "update"):
            turns.append([])
    for _, alike in groupby(turns, lambda turn: [(scene.kind, scene.part, scene.line) for scene in turn]):
        same = list(alike)
        yield from (replace(scene, times=len(same)) for scene in same[-1])


def _weights(optimizer: Optimizer) -> list[Tensor]:
    weights: list[Tensor] = optimizer.param_groups[0]["params"]
    return weights


def _layer(name: str) -> str:
    """The layer that a weight called `name` belongs to."""
    return name.split(".parametrizations.")[0] if ".parametrizations." in name else name.rpartition(".")[0] or name
