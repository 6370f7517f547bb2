"""What a variational autoencoder's decoder says of a sample: p(x | z), as one of three families."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.dataset import DataSpec
from core.nn.losses import bernoulli_nll, gaussian_level_nll, gaussian_nll

# log σ cannot fall below this: a decoder that reproduced some values exactly would let it run away (Rybkin et al. 2021,
# in the authors' implementation).
LOWEST_LOG_STD = -6.0
# Where the learned σ begins, as a share of the value range.
FIRST_STD = 0.1
# log σ moves this many times faster than a weight: all weights wait for the one number.
PACE = 4.0


class Likelihood(nn.Module):
    """p(x | z), from the decoder's last layer (N, …) at z."""

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """log p(x | z), in LaTeX."""
        raise NotImplementedError

    def nll(self, output: Tensor, x: Tensor) -> Tensor:
        """−log p(x | z) in nats per sample, (N,), as training minimises it."""
        raise NotImplementedError

    def level_nll(self, output: Tensor, x: Tensor) -> Tensor:
        """The same of the probability of grey levels, where values come in levels, instead of a density."""
        return self.nll(output, x)

    def mean(self, output: Tensor) -> Tensor:
        """E[x | z], (N, …)."""
        return output


class Bernoulli(Likelihood):
    """Each value is the probability of a one; the decoder's output is its logit."""

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__()

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """Of ones with the probabilities x̂."""
        return r"\sum_i x_i \log \hat x_i + (1 - x_i) \log(1 - \hat x_i)"

    def nll(self, output: Tensor, x: Tensor) -> Tensor:
        """The cross-entropy."""
        return bernoulli_nll(output, x)

    def mean(self, output: Tensor) -> Tensor:
        """The probability of a one."""
        return output.sigmoid()


class Gaussian(Likelihood):
    """N(μ, σ² I) around the decoder's output μ, with a σ that is chosen; trained as a density."""

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__()
        self.levels, self.value_range = spec.levels, spec.value_range
        self.fixed = hyperparameters.decoder_std

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """Of the density with the chosen σ."""
        return rf"\sum_i \log \mathcal{{N}}(x_i;\, \mu_i,\, \sigma^2),\ \sigma = {hyperparameters.decoder_std:g}"

    @property
    def std(self) -> Tensor:
        """σ."""
        return torch.tensor(self.fixed, dtype=torch.float64)

    def nll(self, output: Tensor, x: Tensor) -> Tensor:
        """Of the density."""
        return gaussian_nll(output, x, self.std)

    def level_nll(self, output: Tensor, x: Tensor) -> Tensor:
        """Of the probability of each value's bin; of the density where values are continuous."""
        if self.levels is None:
            return gaussian_nll(output, x, self.std)
        return gaussian_level_nll(output, x, self.std, self.levels, self.value_range)


class LearnedGaussian(Gaussian):
    """N(μ, σ² I) with one σ for all values that is learned with the networks (σ-VAE: Rybkin et al. 2021).

    Where values come in levels, each has the probability of its bin, and the outer bins are open (Kingma et al. 2016).
    """

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        low, high = spec.value_range
        # log σ, in steps of 1 / PACE.
        self.raw = nn.Parameter(torch.tensor(math.log(FIRST_STD * (high - low)) / PACE))

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """Of the density, or of a grey level's bin."""
        return (
            r"\sum_i \log \mathcal{N}(x_i;\, \mu_i,\, \sigma^2),\ \sigma \text{ learned "
            r"(grey levels: its integral over each level's bin)}"
        )

    @property
    def std(self) -> Tensor:
        """σ, whose logarithm has a soft lower limit."""
        return (LOWEST_LOG_STD + F.softplus(PACE * self.raw - LOWEST_LOG_STD)).exp()

    def nll(self, output: Tensor, x: Tensor) -> Tensor:
        """Of the probability of each value's bin; of the density where values are continuous."""
        return self.level_nll(output, x)

    def mean(self, output: Tensor) -> Tensor:
        """μ; where the outer bins are open, the mean of N(μ, σ²) with what lies outside moved to the edge."""
        if self.levels is None:
            return output
        low, high = self.value_range
        normal = torch.distributions.Normal(0.0, 1.0)
        a, b = (low - output) / self.std, (high - output) / self.std
        # The censored normal (Tobin 1958): l Φ(a) + h (1 − Φ(b)) + μ (Φ(b) − Φ(a)) + σ (φ(a) − φ(b))
        inside = normal.cdf(b) - normal.cdf(a)
        edges = low * normal.cdf(a) + high * normal.cdf(-b)
        mean: Tensor = edges + output * inside + self.std * (normal.log_prob(a).exp() - normal.log_prob(b).exp())
        return mean
