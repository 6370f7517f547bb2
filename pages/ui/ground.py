"""What codes are drawn on: the same axes, the same frame and the same prior on every page."""

from __future__ import annotations

from core import MODELS
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.plane import REACH, Plane, frame_of
from core.protocol import Array
from pages.ui.component_data.shared import Ground
from pages.ui.probe import codes_of, last_snapshot, prior

RAW = "Latents are drawn as they are."
STRIP = "The latent is drawn as it is; where more codes lie, their strip is wider."


def ground_of_codes(record: ReadableRecord) -> Ground:
    """That of the codes in the run's last snapshot, as the stage shows it.

    Raises:
        LatentLabError: there is none.
    """
    hp, snapshot = record.config.hyperparameters, last_snapshot(record.id)
    held, codes = MODELS[record.config.model].code_prior(hp), codes_of(record.id)
    # Version 0.3 kept no frame, and no axes: analyses find their own.
    frame = frame_of(Plane().flatten(codes), held) if snapshot.frame is None else snapshot.frame
    return _ground(frame, codes.shape[1], held)


def ground_of_latents(record: ReadableRecord) -> Ground:
    """That of what the run's model decodes: codes, or a generator's noise."""
    if MODELS[record.config.model].autoencodes:
        return ground_of_codes(record)
    kind, noise = record.config.hyperparameters.prior, prior(record.id)  # type: ignore[attr-defined]
    kind = kind if kind in REACH else None
    return _ground(frame_of(noise, kind), noise.shape[1], kind)


def ground_of_data(spec: DataSpec) -> Ground:
    """That of samples which are points of the plane themselves."""
    low, high = spec.value_range
    return {"low": [low, low], "high": [high, high], "latents": 0, "prior": None}


def legend_of(ground: Ground) -> str:
    """What is drawn beside points: the axes and the prior."""
    latents = ground["latents"]
    many = f"The axes are the principal ones of a code's {latents} numbers, turned as on Train."
    return f"{STRIP if latents == 1 else RAW if latents == 2 else many} {prior_of(ground)}".strip()


def prior_of(ground: Ground) -> str:
    """What the dashed lines are."""
    if ground["prior"] == "uniform":
        return "Dashed: the edges of the prior." if ground["latents"] <= 2 else ""
    return "Dashed: one and two standard deviations of the prior." if ground["prior"] else ""


def _ground(frame: Array, latents: int, prior: str | None) -> Ground:
    low, high = frame.tolist()
    return {"low": low, "high": high, "latents": latents, "prior": prior}
