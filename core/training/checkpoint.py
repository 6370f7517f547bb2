"""Checkpoints: all that a run's next step depends on, as one safetensors file, and the one way back to a model."""

from __future__ import annotations

import json
from dataclasses import dataclass

from safetensors.torch import load, save
from torch import Tensor
from torch.optim import Optimizer

from core.aliases import current_metrics, current_tensor
from core.config import RunConfig
from core.dataset import DataSpec
from core.errors import CorruptRun
from core.model import Model
from core.models import MODELS
from core.protocol import Array
from core.training.tensors import check, pack, read_head


@dataclass(frozen=True)
class Checkpoint:
    """The configuration, the numbers and the tensors of a run at some step.

    `recent` is what each step since the losses were looked at last returned, (steps,) by name of the metric;
    `weights` and `slots` are the states of the model and, by optimised module, of the optimisers; `rng` is the state of
    the random generator, `order` (N,) the permutation of training samples and `position` how far it was gone through;
    `planes` are the axes (D, 2) of the views that are drawn on a principal plane.
    """

    config: RunConfig
    step: int
    seconds: float
    position: int
    ceiling: float | None
    metrics: dict[str, float]
    recent: dict[str, Tensor]
    weights: dict[str, Tensor]
    slots: dict[str, dict[int, dict[str, Tensor]]]
    rng: Tensor
    order: Tensor
    planes: dict[str, Tensor]

    def to_bytes(self) -> bytes:
        """The checkpoint as one safetensors file."""
        tensors = {f"model.{name}": value for name, value in self.weights.items()}
        for module, parameters in self.slots.items():
            for index, slots in parameters.items():
                tensors |= {f"optimizer.{module}.{index}.{slot}": value for slot, value in slots.items()}
        tensors |= {f"plane.{view}": axes for view, axes in self.planes.items()}
        tensors |= {f"recent.{name}": values for name, values in self.recent.items()}
        tensors |= {"rng": self.rng, "order": self.order}
        numbers = {
            "step": self.step,
            "position": self.position,
            "seconds": self.seconds,
            "ceiling": self.ceiling,
            "metrics": self.metrics,
            "config": self.config.model_dump(mode="json"),
        }
        return pack(save, {name: value.contiguous() for name, value in tensors.items()}, numbers)

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Read a checkpoint back.

        Raises:
            CorruptRun: the bytes are damaged.
        """
        try:
            check(data)
            numbers = read_head(data)
            tensors = {current_tensor(name): value for name, value in load(data).items()}
            slots: dict[str, dict[int, dict[str, Tensor]]] = {}
            for name, value in _below(tensors, "optimizer.").items():
                module, index, slot = name.split(".")
                slots.setdefault(module, {}).setdefault(int(index), {})[slot] = value
            return cls(
                config=RunConfig.model_validate_json(json.dumps(numbers["config"])),
                step=numbers["step"],
                seconds=numbers["seconds"],
                position=numbers["position"],
                ceiling=numbers["ceiling"],
                metrics=current_metrics(numbers["metrics"]),
                recent=_below(tensors, "recent."),
                weights=_below(tensors, "model."),
                slots=slots,
                rng=tensors["rng"],
                order=tensors["order"],
                planes=_below(tensors, "plane."),
            )
        except Exception as error:
            raise CorruptRun(f"This run's weights cannot be read: {error}") from error


def restore_model(model: Model, config: RunConfig, checkpoint: Checkpoint) -> None:
    """Put a model where it was at a checkpoint: weights, clock, and the hyper-parameters in force there.

    Whoever needs the model of a stored run comes through here: training that goes on, analyses and the probe.

    Raises:
        CorruptRun: the checkpoint belongs to another configuration or another model.
    """
    if checkpoint.config.until(checkpoint.step) != config.until(checkpoint.step):
        raise CorruptRun("This run's weights cannot be read: they belong to another configuration.")
    try:
        model.load_state_dict(checkpoint.weights)
    except RuntimeError as error:
        raise CorruptRun(f"This run's weights cannot be read: {error}") from error
    model.set_clock(checkpoint.step, config.steps)
    model.hyperparameters = config.at(checkpoint.step)


def model_of(config: RunConfig, spec: DataSpec, state: bytes) -> Model:
    """The model of a run at the step of its checkpoint `state`, without loading any data.

    Raises:
        CorruptRun: the bytes are damaged or belong to another configuration.
    """
    model = MODELS[config.model](config.hyperparameters, spec)
    restore_model(model, config, Checkpoint.from_bytes(state))
    return model.requires_grad_(False).eval()


def axes_of(state: bytes) -> Array | None:
    """The axes (latent_size, 2) on which a run drew its codes when the checkpoint `state` was written, if it did.

    Raises:
        CorruptRun: the bytes are damaged.
    """
    axes = Checkpoint.from_bytes(state).planes.get("codes")
    return None if axes is None else axes.numpy()


def slots_of(optimizer: Optimizer) -> dict[int, dict[str, Tensor]]:
    """What an optimiser remembers of each parameter, by the parameter's index."""
    state = optimizer.state_dict()["state"]
    return {
        index: {slot: value for slot, value in slots.items() if value is not None} for index, slots in state.items()
    }


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
