"""How new samples are drawn: from a model's own prior, without its EMA, or by a density fitted to its codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from core.analysis.data import codes_of, finite, fitted_of, outputs
from core.analysis.result import Context, choose
from core.config import RunConfig
from core.dataset import DataSpec
from core.model import Model
from core.models import MODELS
from core.models._adversarial import Adversarial

# The most Gaussians of the mixture, and training samples for each of them at least; also as many as a code has numbers,
# without which a covariance is singular, and hundreds of numbers take minutes.
COMPONENTS = 60
SAMPLES_EACH = 20

# How many, and a seed → new samples (n, …).
Sampler = Callable[[int, int], Tensor]


@dataclass(frozen=True)
class Prior:
    """A way to draw samples: its title, what it is, which models it is for, and what draws from a trained one."""

    title: str
    help: str
    fits: Callable[[type[Model]], bool]
    sampler: Callable[[Context], Sampler]


def _own(context: Context) -> Sampler:
    return context.model.sample


def _without_ema(context: Context) -> Sampler:
    model = cast(Adversarial, context.model)

    def sample(n: int, seed: int) -> Tensor:
        return model.decode_without_ema(model.prior(n, torch.Generator().manual_seed(seed)))

    return sample


def _mixture(context: Context) -> Sampler:
    """z ~ Σ_k π_k N(μ_k, Σ_k), fitted to codes of training samples (Ghosh et al. 2020, section 4)."""
    from sklearn.mixture import GaussianMixture

    codes = codes_of(context.model.encode, fitted_of(context.dataset).x).astype(float)
    most = len(codes) // max(SAMPLES_EACH, codes.shape[1])
    mixture = GaussianMixture(max(1, min(COMPONENTS, most)), random_state=0).fit(codes)

    def sample(n: int, seed: int) -> Tensor:
        mixture.set_params(random_state=seed)
        z, _ = mixture.sample(n)
        # In the order of a shuffle: the mixture returns them one Gaussian after the other.
        order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
        return outputs(context.model.decode, torch.from_numpy(z).float()[order])

    return sample


def _normal(context: Context) -> Sampler:
    def sample(n: int, seed: int) -> Tensor:
        z = torch.randn(n, context.model.latents, generator=torch.Generator().manual_seed(seed))
        return outputs(context.model.decode, z)

    return sample


def _averages(model: type[Model]) -> bool:
    return issubclass(model, Adversarial)


def _has_prior(model: type[Model]) -> bool:
    return "sample" in model.capabilities


def _autoencodes(model: type[Model]) -> bool:
    return model.autoencodes and {"encode", "decode"} <= model.capabilities


PRIORS = {
    "own": Prior("its prior", "Codes come from the prior that the model was trained for.", _has_prior, _own),
    "without_ema": Prior(
        "its prior, without EMA",
        "The generator as its last step left it, not the exponential moving average of its weights.",
        _averages,
        _without_ema,
    ),
    "mixture": Prior(
        "Gaussians fitted to codes",
        f"Up to {COMPONENTS} Gaussians are fitted to the codes of training samples, and new codes drawn from them.",
        _autoencodes,
        _mixture,
    ),
    "normal": Prior(
        "N(0, I)",
        "Standard normal codes, wherever training put its own: what falls into holes between these looks like nothing.",
        lambda model: _autoencodes(model) and not _has_prior(model),
        _normal,
    ),
}


def priors_for(model: type[Model]) -> dict[str, Prior]:
    """The ways to draw samples of a model, the one to begin with first."""
    return {name: prior for name, prior in PRIORS.items() if prior.fits(model)}


def conditions_of(config: RunConfig, spec: DataSpec) -> dict[str, int]:
    """What samples of a run can be asked to be, by name: classes that training has met, or categories of a code."""
    model = MODELS[config.model]
    conditions = {name: i for i, name in enumerate(model.conditions(config.hyperparameters, spec))}
    unknown = getattr(config.data, "left_out", ()) if model.needs_labels else ()
    return {name: i for name, i in conditions.items() if name not in unknown}


def sampler(context: Context, prior: str, condition: str = "") -> Sampler:
    """What draws samples of the context's model in the way called `prior`, or from its own prior under a `condition`.

    Raises:
        LatentLabError: there is no such prior or condition for this model, or its codes are not finite.
    """
    if condition:
        conditions = conditions_of(context.config, context.dataset.spec)
        return _conditional(context.model, choose("condition", condition, conditions))
    fitting = priors_for(type(context.model))
    return choose("prior", prior or next(iter(fitting)), fitting).sampler(context)


def comparable(context: Context, prior: str, n: int, seed: int) -> Tensor:
    """New samples (n, …) whose values are such as real ones have, so that they are judged by what they show.

    Raises:
        LatentLabError: a sample is not finite, or there is no such prior for this model.
    """
    return as_real(finite(sampler(context, prior)(n, seed)), context.dataset.spec)


def as_real(x: Tensor, spec: DataSpec) -> Tensor:
    """Samples (N, …) with the most probable letter alone at each step, or each value on the nearest of the levels.

    Otherwise probabilities are told from letters, and what is not exactly a grey level from what is, however well it is
    drawn.
    """
    if spec.alphabet:
        return F.one_hot(x.argmax(dim=2), len(spec.alphabet)).to(x.dtype)
    if spec.levels is None:
        return x
    low, high = spec.value_range
    step = (high - low) / (spec.levels - 1)
    return low + step * ((x - low) / step).round()


def _conditional(model: Model, condition: int) -> Sampler:
    def sample(n: int, seed: int) -> Tensor:
        z = model.prior(n, torch.Generator().manual_seed(seed))
        return outputs(model.decode, model.under(z, torch.full((n,), condition)))

    return sample
