"""What all models share that are given labels: their classes, and codes that say first which class is meant."""

from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from core.dataset import DataSpec
from core.model import Model


class Conditional(Model):
    """A code (N, latents) begins with the class y, `mark` at its place and 0 at the others, and ends with the noise z.

    p(y) is uniform over the classes that training has met: one that was left out is never named, and never drawn.
    """

    needs_labels = True
    # The size of a class in the code.
    mark: ClassVar[float] = 1.0
    met: Tensor

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        # Before the first step nothing is known of them, so none is ruled out.
        self.register_buffer("met", torch.ones(self.classes, dtype=torch.bool))

    @property
    def latents(self) -> int:
        """The classes, then the noise."""
        size: int = self.hyperparameters.latent_size
        return self.classes + size

    @property
    def marks(self) -> int:
        """The classes."""
        return self.classes

    def meet(self, y: Tensor) -> None:
        """Note which classes training has, from the labels (N,) of each of its batches."""
        if self.step == 0:
            self.met.zero_()
        self.met[y] = True

    def named(self, logits: Tensor) -> Tensor:
        """Logits (N, classes) → log-probabilities among the classes that training has met; −∞ for the others."""
        return logits.masked_fill(~self.met, -torch.inf).log_softmax(dim=1)

    def coded(self, y: Tensor, noise: Tensor) -> Tensor:
        """Classes (N,) and noise (N, latent_size) → codes (N, latents)."""
        return torch.cat([self.mark * F.one_hot(y, self.classes), noise], dim=1)

    def parted(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Codes (N, latents) → the class (N,) that each comes nearest to, and noise (N, latent_size)."""
        marks, noise = z.tensor_split([self.classes], dim=1)
        return marks.argmax(dim=1), noise

    def prior(self, n: int, rng: torch.Generator) -> Tensor:
        """Codes (n, latents): a class, each as likely, and N(0, I)."""
        known = self.met.nonzero().squeeze(1)
        y = known[torch.randint(len(known), (n,), generator=rng)]
        return self.coded(y, torch.randn(n, self.latents - self.classes, generator=rng))

    @classmethod
    def conditions(cls, hyperparameters: Any, spec: DataSpec) -> tuple[str, ...]:
        """The classes."""
        return spec.label_names

    def under(self, z: Tensor, conditions: Tensor) -> Tensor:
        """Codes z (n, latents) of these classes (n,) instead of their own, with the same noise."""
        return self.coded(conditions, self.parted(z)[1])

    def in_turn(self, n: int) -> Tensor:
        """The classes that training has met, one after the other and from the first again, (n,)."""
        known = self.met.nonzero().squeeze(1)
        return known[torch.arange(n) % len(known)]

    def sample(self, n: int, seed: int = 0) -> Tensor:
        """`n` new samples (n, …), of one class after the other."""
        noise = self.prior(n, torch.Generator().manual_seed(seed))
        return self.decode(self.under(noise, self.in_turn(n)))
