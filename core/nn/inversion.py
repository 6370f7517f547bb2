"""GAN inversion: the noise from which a generator makes what is nearest to a sample."""

from collections.abc import Callable

import torch
from torch import Tensor

STEPS = 150
RATE = 0.05


def invert(
    generate: Callable[[Tensor], Tensor], x: Tensor, starts: Tensor, reach: float, seen: Tensor | None = None
) -> Tensor:
    """z (N, latents) whose pictures come nearest to `x` (N, …): min_z ‖G(z) − x‖² (Lipton & Tripathi 2017, section 2).

    With `seen` (N, …), 1 or 0, only what is seen counts: min_z ‖s (G(z) − x)‖² (Yeh et al. 2017, here squared).

    The search begins at the one of the `starts` (S, latents) whose picture is nearest. Each sample is searched for on
    its own: the answer does not depend on what else is in the batch.
    """
    return descend(generate, x, nearest_first(generate, x, starts, reach, seen)[:, 0], reach, seen, STEPS)


def nearest_first(
    generate: Callable[[Tensor], Tensor], x: Tensor, starts: Tensor, reach: float, seen: Tensor | None = None
) -> Tensor:
    """The `starts` (S, latents), inside ± `reach`, by how near their pictures come to each of `x`: (N, S, latents)."""
    starts = starts.clamp(-reach, reach)
    with torch.no_grad():
        return starts[_distances(x, generate(starts), seen).argsort(dim=1, stable=True)]


def descend(
    generate: Callable[[Tensor], Tensor], x: Tensor, z: Tensor, reach: float, seen: Tensor | None, steps: int
) -> Tensor:
    """The best codes (N, latents) on Adam's way of so many `steps` from `z` (N, latents), for what is `seen` of `x`.

    Every step ends inside ± `reach`, where the generator knows its way.
    """
    found, best = z.clone(), torch.full((len(x),), torch.inf)
    with torch.enable_grad():
        z = z.clone().requires_grad_(True)
        optimizer = torch.optim.Adam([z], lr=RATE)
        # Once more than there are steps: where the last one leads is looked at, too.
        for _ in range(steps + 1):
            gaps = generate(z) - x
            error = (gaps if seen is None else gaps * seen).flatten(1).square().sum(dim=1)
            better = error.detach() < best
            best, found = torch.where(better, error.detach(), best), torch.where(better[:, None], z.detach(), found)
            (z.grad,) = torch.autograd.grad(error.sum(), z)
            optimizer.step()
            with torch.no_grad():
                z.clamp_(-reach, reach)
    return found


def _distances(x: Tensor, others: Tensor, seen: Tensor | None) -> Tensor:
    """Squared distances (N, S) of samples (N, …) to others (S, …), over what is `seen` (N, …) of each sample."""
    if seen is None:
        exact = "donot_use_mm_for_euclid_dist"
        return torch.cdist(x.flatten(1), others.flatten(1), compute_mode=exact).square()
    return torch.stack(
        [((one - others) * what).flatten(1).square().sum(dim=1) for one, what in zip(x, seen, strict=True)]
    )
