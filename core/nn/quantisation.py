"""A code book: vectors are replaced by the nearest of its entries, which follow them as a moving average."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# An entry that was chosen less often than this share of its fair share begins anew.
UNUSED = 0.05


class CodeBook(nn.Module):
    """K `entries` (K, D), learned by exponential moving averages (van den Oord et al. 2017, appendix A.1)."""

    entries: Tensor
    counts: Tensor
    sums: Tensor

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.register_buffer("entries", torch.zeros(size, width))
        # N_i, how many vectors chose an entry of late, and m_i, their sum.
        self.register_buffer("counts", torch.ones(size))
        self.register_buffer("sums", torch.zeros(size, width))

    def indices(self, z: Tensor) -> Tensor:
        """k = argmin_j ‖z − e_j‖² of vectors (…, D), (…) (eq. 1)."""
        nearest: Tensor = torch.cdist(z.flatten(0, -2), self.entries).argmin(dim=1)
        return nearest.reshape(z.shape[:-1])

    def forward(self, z: Tensor) -> Tensor:
        """Vectors (…, D) → the entries nearest to them (eq. 2), with the gradient of the vectors themselves."""
        # The straight-through estimator of section 3.2: z + sg[e_k − z].
        return z + (self.entries[self.indices(z)] - z).detach()

    @torch.no_grad()
    def place(self, z: Tensor, chosen: Tensor) -> None:
        """Put the entries that are `chosen` (K,) at random ones of vectors `z` (K, D), as if each was used once."""
        for kept, new in ((self.entries, z), (self.sums, z), (self.counts, torch.ones_like(self.counts))):
            kept.copy_(torch.where(chosen.reshape(-1, *[1] * (kept.ndim - 1)), new, kept))

    @torch.no_grad()
    def follow(self, z: Tensor, decay: float, rng: torch.Generator) -> None:
        """Move the entries towards the vectors `z` (N, D) that chose them; those that nobody chooses begin anew.

        Restarts at random vectors are those of Dhariwal et al. 2020 (Jukebox), section 3.1.
        """
        chose = F.one_hot(self.indices(z), len(self.entries)).to(z.dtype)
        # N_i ← γ N_i + (1 − γ) n_i, m_i ← γ m_i + (1 − γ) Σ_j z_ij, e_i = m_i / N_i (eq. 6 to 8)
        self.counts.lerp_(chose.sum(dim=0), 1 - decay)
        self.sums.lerp_(chose.T @ z, 1 - decay)
        self.entries.copy_(self.sums / self.counts.clamp(min=1e-6).unsqueeze(1))
        # As many draws at each step, whatever is restarted.
        drawn = z[torch.randint(len(z), (len(self.entries),), generator=rng)]
        self.place(drawn, self.counts < UNUSED * self.counts.mean())


def perplexity(indices: Tensor, size: int) -> Tensor:
    """exp H of how often each of `size` entries is among `indices`: `size` if all are equally frequent, 1 for one."""
    shares = torch.bincount(indices.flatten(), minlength=size) / indices.numel()
    entropy: Tensor = torch.special.entr(shares).sum()
    return entropy.exp()


def before(z: Tensor) -> Tensor:
    """Entries (N, n, D) → what an autoregressive prior sees at each position, (N, n, n D + n).

    The entries of earlier positions, zeros for this and all later ones, and which position it is.
    """
    n = z.shape[1]
    earlier = torch.ones(n, n).tril(-1)
    seen = (z.unsqueeze(1) * earlier.unsqueeze(2)).flatten(2)
    return torch.cat([seen, torch.eye(n).expand(len(z), n, n)], dim=2)
