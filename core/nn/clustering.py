"""Soft cluster assignments, their target distribution, and k-means; assignments are passed as logarithms."""

import math
from warnings import catch_warnings, simplefilter

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def student_t(codes: Tensor, centroids: Tensor) -> Tensor:
    """log q_ij of codes z_i (N, D) and centroids μ_j (K, D), (N, K) (Xie et al. 2016, eq. 1 with α = 1)."""
    squared = (codes.unsqueeze(1) - centroids).square().sum(dim=2)
    # q_ij = (1 + ‖z_i − μ_j‖²)⁻¹ / Σ_j' (1 + ‖z_i − μ_j'‖²)⁻¹
    return F.log_softmax(-squared.log1p(), dim=1)


class Centroids(nn.Module):
    """K centroids that codes (N, D) are softly assigned to: log q, (N, K)."""

    def __init__(self, clusters: int, size: int) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.empty(clusters, size))

    def forward(self, codes: Tensor) -> Tensor:
        """log q_ij."""
        return student_t(codes, self.places)


def log_shares(log_q: Tensor) -> Tensor:
    """log q̄_j, q̄_j the mean of q_ij over samples: (N, …, K) → (…, K), finite also for clusters that nobody is in."""
    return log_q.logsumexp(dim=0) - math.log(len(log_q))


def target_distribution(log_q: Tensor, log_frequencies: Tensor) -> Tensor:
    """p_ij of soft assignments (N, …, K), without a gradient (Xie et al. 2016, eq. 3).

    Soft frequencies f_j, (…, K), may be counts Σ_i q_ij or shares: a common factor cancels.
    """
    # p_ij = (q_ij² / f_j) / Σ_j' (q_ij'² / f_j')
    return F.softmax(2 * log_q - log_frequencies, dim=-1).detach()


def divergence(p: Tensor, log_q: Tensor) -> Tensor:
    """KL(P ‖ Q) = Σ_j p_ij log(p_ij / q_ij) of (N, …, K) each, in nats, the mean of all (Xie et al. 2016, eq. 2)."""
    return F.kl_div(log_q.flatten(0, -2), p.flatten(0, -2), reduction="batchmean")


def entropies(log_p: Tensor) -> tuple[Tensor, Tensor]:
    """H(p̄) and the mean of H(p_i), in nats, of assignments (N, K), or their means over steps, of (N, T, K).

    Their difference is the mutual information of samples and clusters (Krause et al. 2010, section 2): log K where
    clusters are certain and of one size, 0 where all samples are assigned alike. That is asked of each step alone, as
    clusters that name the step would say nothing of a sample.
    """
    # H(p) = −Σ_j p_j log p_j
    mean, alone = (-(each.exp() * each).sum(dim=-1).mean() for each in (log_shares(log_p), log_p))
    return mean, alone


def k_means(codes: Tensor, clusters: int, rng: torch.Generator) -> Tensor:
    """Centroids (clusters, D) of codes (N, D): k-means (Lloyd 1982), the best of 20 starts as in Xie et al. 2016."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    seed = int(torch.randint(2**31, (), generator=rng))
    # On several threads the order of sums, and with it their last bits, would be left to chance.
    with threadpool_limits(1), catch_warnings():
        # Codes that are all alike, as from weights of zero, give centroids that are all alike, and training goes on.
        simplefilter("ignore", ConvergenceWarning)
        found = KMeans(clusters, n_init=20, random_state=seed).fit(codes.numpy())
    return torch.from_numpy(found.cluster_centers_)
