"""Latent Lab's core: datasets, models, training and analysis, with no browser in sight."""

from core.config import RunConfig
from core.datasets import DATASETS, load_dataset
from core.models import MODELS
from core.training.loop import Run, fit, train
from core.training.snapshot import Snapshot

__all__ = ["DATASETS", "MODELS", "Run", "RunConfig", "Snapshot", "fit", "load_dataset", "train"]
