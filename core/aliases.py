"""Names that earlier versions used: stored runs and addresses keep working.

Version 0.3 called every discriminator a critic, and the generator's EMA its average.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Old name → new name, of hyper-parameters, and of a hyper-parameter's choices.
HYPERPARAMETERS = {
    "critic_sizes": "discriminator_sizes",
    "critic_learning_rate": "discriminator_learning_rate",
    "critic_steps": "discriminator_steps",
    "averaging": "ema_decay",
}
CHOICES = {("players", "critic"): "discriminator"}
# Parts of a dotted name in a checkpoint.
MODULES = {"critic": "discriminator", "average": "ema_generator", "company": "companions"}


def current_hyperparameter(name: str, value: Any) -> tuple[str, Any]:
    """A hyper-parameter's name and value as they are called now."""
    if isinstance(value, str):
        value = CHOICES.get((name, value), value)
    return HYPERPARAMETERS.get(name, name), value


def current_name(text: str, titles: Mapping[str, str]) -> str | None:
    """The id, among those of `titles`, of what an address calls by its id or, as version 0.3 did, by its title.

    There a title ended in how much is fetched ("MNIST · about 12 MB, fetched once"), and one of two equal titles in the
    last four characters of its id ("leaves (3f2a)"). None stands for nothing that is known.
    """
    ids = {f"{title} ({name[-4:]})": name for name, title in titles.items()}
    ids |= {title: name for name, title in titles.items()}
    return text if text in titles else ids.get(text) or ids.get(text.rpartition(" · ")[0])


def current_tensor(name: str) -> str:
    """The name of a checkpoint's tensor as it is called now: "model.critic.score.bias" → "model.discriminator.…"."""
    return ".".join(MODULES.get(part, part) for part in name.split("."))


def current_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    """Measured numbers by the names that they have now."""
    # Only Wasserstein objectives, whose measure is a distance, have a critic now.
    has_critic = any(name.removeprefix("test_") == "distance" for name in metrics)
    if has_critic:
        return dict(metrics)
    return {name.replace("critic_", "discriminator_"): value for name, value in metrics.items()}
