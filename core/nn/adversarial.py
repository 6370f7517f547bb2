"""Losses of generators and discriminators, and gradient penalties, each as its paper writes it.

The discriminator of the Wasserstein objectives is called a critic.
"""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Objective = Literal["minimax", "non_saturating", "least_squares", "wasserstein_gp", "wasserstein_clipping"]
Prior = Literal["normal", "uniform"]
# How far apart the components of a mixture prior are: enough that normal noise cannot hide which one it is.
APART = 3.0


def draw(prior: Prior, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    """Draws from N(0, I), or uniform between −1 and 1."""
    return torch.randn(shape, generator=rng) if prior == "normal" else 2 * torch.rand(shape, generator=rng) - 1


def draw_components(components: int, n: int, rng: torch.Generator) -> Tensor:
    """Draws (n, components), each `APART` at one random place and 0 at the others: which Gaussian of a mixture it is.

    Beside normal noise they make z a mixture of Gaussians (Gurumurthy et al. 2017, DeLiGAN, whose means are learned)
    with the categorical code of InfoGAN (Chen et al. 2016), without its term.
    """
    return APART * F.one_hot(torch.randint(components, (n,), generator=rng), components).float()


def _logistic(real: Tensor, fake: Tensor) -> Tensor:
    # −E log D(x) − E log(1 − D(G(z))), with D = σ(logit): log(1 − σ(a)) = −softplus(a)
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def _squares(real: Tensor, fake: Tensor) -> Tensor:
    # ½ E (D(x) − 1)² + ½ E D(G(z))²
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


def _difference(real: Tensor, fake: Tensor) -> Tensor:
    # E D(G(z)) − E D(x)
    return fake.mean() - real.mean()


# −softplus: E log(1 − D(G(z))); softplus of minus: −E log D(G(z)); ½ E (D(G(z)) − 1)²; −E D(G(z)).
_DISCRIMINATOR: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "minimax": _logistic,
    "non_saturating": _logistic,
    "least_squares": _squares,
    "wasserstein_gp": _difference,
    "wasserstein_clipping": _difference,
}
_GENERATOR: dict[str, Callable[[Tensor], Tensor]] = {
    "minimax": lambda fake: -F.softplus(fake).mean(),
    "non_saturating": lambda fake: F.softplus(-fake).mean(),
    "least_squares": lambda fake: 0.5 * (fake - 1).square().mean(),
    "wasserstein_gp": lambda fake: -fake.mean(),
    "wasserstein_clipping": lambda fake: -fake.mean(),
}


# The same in LaTeX, of X and Y in place of a real and a generated sample: what each side minimises.
_FORMULAS: dict[str, tuple[str, str]] = {
    "minimax": (r"-\mathbb{E} \log D(X) - \mathbb{E} \log(1 - D(Y))", r"\mathbb{E} \log(1 - D(Y))"),
    "non_saturating": (r"-\mathbb{E} \log D(X) - \mathbb{E} \log(1 - D(Y))", r"-\mathbb{E} \log D(Y)"),
    "least_squares": (
        r"\tfrac{1}{2}\, \mathbb{E} (D(X) - 1)^2 + \tfrac{1}{2}\, \mathbb{E}\, D(Y)^2",
        r"\tfrac{1}{2}\, \mathbb{E} (D(Y) - 1)^2",
    ),
    "wasserstein_gp": (r"\mathbb{E}\, D(Y) - \mathbb{E}\, D(X)", r"-\mathbb{E}\, D(Y)"),
    "wasserstein_clipping": (r"\mathbb{E}\, D(Y) - \mathbb{E}\, D(X)", r"-\mathbb{E}\, D(Y)"),
}


def game_formulas(objective: Objective, real: str, fake: str) -> tuple[str, str]:
    """What the discriminator minimises, and what its opponent, in LaTeX, of samples called `real` and `fake`."""
    discriminator, generator = (part.replace("X", real).replace("Y", fake) for part in _FORMULAS[objective])
    return discriminator, generator


def slope_formula(x: str) -> str:
    """The zero-centred penalty at samples called `x`, in LaTeX."""
    return rf"\tfrac{{1}}{{2}}\, \mathbb{{E}} \lVert \nabla D({x}) \rVert^2"


def discriminator_loss(real: Tensor, fake: Tensor, objective: Objective) -> Tensor:
    """What the discriminator minimises, from its scores on real and generated samples, (N,) each, before any sigmoid.

    Goodfellow et al. 2014, eq. 1; least squares: Mao et al. 2017, eq. 9 with a = 0, b = c = 1; Wasserstein:
    Arjovsky et al. 2017, eq. 3, whose negative estimates the distance from data to samples.
    """
    return _DISCRIMINATOR[objective](real, fake)


def generator_loss(fake: Tensor, objective: Objective) -> Tensor:
    """What the generator minimises, from the discriminator's scores on generated samples, (N,).

    Goodfellow et al. 2014, eq. 1 (minimax) and section 3 (non-saturating); Mao et al. 2017, eq. 9; Arjovsky et al.
    2017, theorem 3 (both Wasserstein ones).
    """
    return _GENERATOR[objective](fake)


def decision_boundary(real: Tensor, fake: Tensor, objective: Objective) -> Tensor:
    """The score at which a discriminator's verdict changes, a scalar, given its scores (N,) of either kind of samples.

    That is logit 0, or half-way between the least-squares targets 0 and 1. A critic's zero means nothing, for a
    constant added to all scores leaves its loss as it is: half-way between its median scores.
    """
    if objective.startswith("wasserstein"):
        return (real.median() + fake.median()) / 2
    return torch.tensor(0.5 if objective == "least_squares" else 0.0)


def discriminator_accuracy(real: Tensor, fake: Tensor, objective: Objective) -> Tensor:
    """The share of real and generated samples that the scores of them, (N,) each, put on the right side."""
    boundary = decision_boundary(real, fake, objective)
    return torch.cat([real > boundary, fake <= boundary]).float().mean()


def zero_centred_penalty(scores: Tensor, x: Tensor) -> Tensor:
    """½ E ‖∇ₓ D(x)‖² (Mescheder et al. 2018, eq. 9: R₁ on real samples, eq. 10: R₂ on generated ones).

    `scores` (N,) must have been computed from `x`, which requires grad.
    """
    (gradient,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return 0.5 * gradient.flatten(1).square().sum(dim=1).mean()


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
    """E (‖∇ D(x̂)‖₂ − 1)² (Gulrajani et al. 2017, eq. 3)."""
    return (slopes(critic, real, fake, rng) - 1).square().mean()


@torch.enable_grad()
def slopes(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
    """‖∇ D(x̂)‖₂, (N,), at x̂ = α x + (1 − α) G(z), α ~ U(0, 1) (Gulrajani et al. 2017, algorithm 1)."""
    alpha = torch.rand(len(real), *[1] * (real.dim() - 1), generator=rng)
    between = fake.detach().lerp(real.detach(), alpha).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    norms: Tensor = gradient.flatten(1).norm(dim=1)
    return norms


@torch.no_grad()
def clip_weights(critic: nn.Module, limit: float) -> None:
    """Hold every weight of the critic in [−limit, limit] (Arjovsky et al. 2017, algorithm 1)."""
    for weight in critic.parameters():
        weight.clamp_(-limit, limit)


def pack(x: Tensor, samples: int, axis: int) -> Tensor:
    """`samples` of the batch (N, …) side by side along `axis`, (N // samples, …) (Lin et al. 2018, PacGAN, section 2).

    A last incomplete pack is left out; a batch smaller than one pack is gone through again.
    """
    packs = max(1, len(x) // samples)
    members = x[torch.arange(packs * samples) % len(x)]
    return torch.cat(members.chunk(samples), dim=axis)
