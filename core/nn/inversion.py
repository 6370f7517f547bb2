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

    Adam descends from the `starts` (S, latents) whose picture is nearest; every step ends inside ± `reach`, where the
    generator knows its way, and the best z on the way is kept. Each sample is searched for on its own: the answer does
    not depend on what else is in the batch.
    """
    starts = starts.clamp(-reach, reach)
    with torch.no_grad():
        distances = _distances(x, generate(starts), seen)
    best, z = distances.min(dim=1).values, starts[distances.argmin(dim=1)]
    found = z.clone()
    with torch.enable_grad():
        z.requires_grad_(True)
        optimizer = torch.optim.Adam([z], lr=RATE)
        # Once more than there are steps: where the last one leads is looked at, too.
        for _ in range(STEPS + 1):
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
