"""Names that earlier versions used: stored runs and addresses keep working.

Version 0.3 called every discriminator a critic, and the generator's EMA its average.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

# Old name → new name, of hyper-parameters, and of a hyper-parameter's choices.
HYPERPARAMETERS = {
    "critic_sizes": "discriminator_sizes",
    "critic_learning_rate": "discriminator_learning_rate",
    "critic_steps": "discriminator_steps",
    "averaging": "ema_decay",
}
CHOICES = {("players", "critic"): "discriminator"}
# What a GAN had before these could be chosen.
EARLIER: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "components": lambda values: 10,
    "fourier_octaves": lambda values: 0,
    "dropout": lambda values: 0.0,
    "penalty_every": lambda values: 1,
    "batch_norm": lambda values: "off" if _is_penalised(values) else "on",
}
# What decided some of them: an address that names the cause alone is an earlier version's.
DECIDED_BY = {"batch_norm": {"objective", "r1", "r2"}}
# Parts of a dotted name in a checkpoint.
MODULES = {"critic": "discriminator", "average": "ema_generator", "company": "companions"}


def current_hyperparameter(name: str, value: Any) -> tuple[str, Any]:
    """A hyper-parameter's name and value as they are called now."""
    if (name, value) == ("left_out", "hearts on the right"):
        return "combination_left_out", value
    if isinstance(value, str):
        value = CHOICES.get((name, value), value)
    return HYPERPARAMETERS.get(name, name), value


def completed(values: Mapping[str, Any], declared: Collection[str]) -> dict[str, Any]:
    """`values` of the `declared` hyper-parameters, with what earlier versions had where only newer ones are missing.

    A configuration that names all others was stored before these could be chosen.
    """
    missing = set(declared) - set(values)
    return {**values, **{name: EARLIER[name](values) for name in missing if missing <= EARLIER.keys()}}


def _is_penalised(values: Mapping[str, Any]) -> bool:
    """Whether the discriminator's slope has a price: then a DCGAN's discriminator had no batch norm."""
    return values.get("objective") == "wasserstein_gp" or any(values.get(name, 0) != 0 for name in ("r1", "r2"))


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
    # Only Wasserstein objectives have a critic now, and a critic is never right or wrong.
    had_discriminator = any(name.removeprefix("test_") == "critic_accuracy" for name in metrics)
    if not had_discriminator:
        return dict(metrics)
    return {name.replace("critic_", "discriminator_"): value for name, value in metrics.items()}
