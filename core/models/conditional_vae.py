"""The conditional VAE: a variational autoencoder that is told the class, so that its code need not say it."""

import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.latex import stacked
from core.metrics import ACCURACY
from core.model import Curves, Part
from core.models._conditional import Conditional
from core.models._knobs import Architecture
from core.models._variational import Variational
from core.models.vae import VAE, drawn, weighed
from core.nn.initialization import initialize
from core.nn.layers import dense
from core.nn.losses import gaussian_kl
from core.presets import Preset


class ConditionalVAEHyperparameters(
    Architecture,
    Variational,
    defaults={"hidden_sizes": (256, 128)},
    paper={"optimizer": "", "batch_size": ""},
):
    """All that can be turned on a conditional VAE; the classifier is as deep as the encoder."""


class ConditionalVAE(Conditional, VAE):
    """max E_q(z|x,y) log p(x|y,z) − β KL(q(z|x,y) ‖ N(0, I)) + log p(y) + log q(y|x) (Kingma et al. 2014, eq. 6 and 9).

    That is their model M2 with every label known (Sohn et al. 2015 call it a conditional VAE): the classifier q(y | x)
    stands beside the rest, and answers for samples that come without a label, whose bound is eq. 7.
    """

    title = "Conditional VAE"
    summary = (
        "Labels are given to this network: encoder and decoder are told the class of a sample, so the code is left to "
        "say how it is drawn, not what it is. A classifier learns beside them, and names the class where none is told. "
        "Samples are of one class after the other: with a column for each class, each column shows one."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Kingma, Rezende, Mohamed & Welling 2014, Semi-supervised learning with deep generative models (M2)",
        "Sohn, Lee & Yan 2015, Learning structured output representation using deep conditional generative models",
        *VAE.references[2:],
    )
    capabilities = VAE.capabilities | {"classify"}
    metrics = (*VAE.metrics, ACCURACY)
    scenes = {**VAE.scenes, "classifier": Part("Class named", r"q(y \mid x)")}
    headline = (*VAE.headline, ACCURACY.name)
    presets = (
        Preset(
            "Class alone, β 20",
            {"beta": 20.0},
            "A style costs more than it saves, so each class has one picture: in a run on digits KL came to 2.30 "
            "nats, the logarithm of ten classes, and the MSE to 0.043, where β 1 made them 5.88 nats and 0.022.",
            kinds=frozenset({"image"}),
        ),
    )
    Hyperparameters = ConditionalVAEHyperparameters

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        sizes = (math.prod(spec.shape), *hyperparameters.hidden_sizes, self.classes)
        self.classifier = nn.Sequential(nn.Flatten(), *dense(sizes, hyperparameters.activation))

    def networks(self, hp: Any) -> tuple[nn.Sequential, nn.Sequential]:
        """A dense encoder of classes and samples side by side, and a dense decoder of codes."""
        values = math.prod(self.shape)
        encoder = dense((self.classes + values, *hp.hidden_sizes, self.heads * hp.latent_size), hp.activation)
        decoder = dense((self.latents, *hp.hidden_sizes[::-1], values), hp.activation)
        return encoder, nn.Sequential(*decoder, nn.Unflatten(1, self.shape))

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`."""
        super().initialize(rng)
        initialize(self.classifier, self.hyperparameters.initialization, rng)

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """A VAE's, given the class, and the classifier's."""
        given = super().formula(hyperparameters).replace(r"\mid x", r"\mid x, y").replace(r"\mid z", r"\mid y, z")
        return stacked(given, r"\max\; \log q(y \mid x)")

    @classmethod
    def curves(cls, hyperparameters: Any) -> Curves:
        """A VAE's: here the code says the class as well."""
        return Curves(
            ("loss", "reconstruction", "kl"),
            "The loss is reconstruction plus β times KL, of which the class is a part, at most the logarithm of their "
            "number. Training is told the class, validation goes by the classifier: where it is wrong, so is the rest.",
        )

    def labelled_step(
        self, x: Tensor, y: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator
    ) -> dict[str, Tensor]:
        """One step up the bound of log p(x, y), and one of the classifier, on samples (N, …) with labels (N,)."""
        self.meet(y)
        named = self.named(self.classifier(x))
        nll, kl = self.bound_given(x, y, rng)
        # −log p(y) = ln K for a class that is told.
        measured = self.priced(nll, torch.cat([torch.full((len(y), 1), self.log_classes), kl], dim=1))
        # α log q(y | x) (eq. 9): its weights are its own, and every label is there, so α = 1 is as good as any.
        minimise(measured["loss"] + F.nll_loss(named, y), optimizers["autoencoder"])
        return {**measured, "accuracy": (named.argmax(dim=1) == y).float().mean()}

    @property
    def log_classes(self) -> float:
        """−log p(y) in nats: the logarithm of how many classes there are."""
        return math.log(int(self.met.sum()))

    def bound_given(self, x: Tensor, y: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """−log p(x | y, z), (N,), at one z ~ q(z | x, y), and KL per latent, (N, latent_size); both in nats (eq. 6)."""
        mean, log_variance = self.posterior_given(x, y)
        z = self.coded(y, drawn(mean, log_variance, rng))
        return self.likelihood.nll(self.output(z), x), gaussian_kl(mean, log_variance)

    def bound(self, x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """The same at one y ~ q(y | x), with KL(q(y | x) ‖ p(y)) before the others, (N, 1 + latent_size) (eq. 7)."""
        named = self.named(self.classifier(x)).exp()
        nll, kl = self.bound_given(x, torch.multinomial(named, 1, generator=rng).squeeze(1), rng)
        # KL(q(y | x) ‖ p(y)) = ln K − H(q(y | x))
        of_class = self.log_classes - torch.special.entr(named).sum(dim=1, keepdim=True)
        return nll, torch.cat([of_class, kl], dim=1)

    def log_weights(self, x: Tensor, target: Tensor, rng: torch.Generator) -> Tensor:
        """log p(target, y, z) − log q(y, z | x) in nats per sample, (N,), at one y ~ q(y | x) and z ~ q(z | x, y)."""
        named = self.named(self.classifier(x))
        y = torch.multinomial(named.exp(), 1, generator=rng)
        z, divergence = weighed(*self.posterior_given(x, y.squeeze(1)), rng)
        output = self.output(self.coded(y.squeeze(1), z))
        # log p(y) − log q(y | x)
        of_class = -self.log_classes - named.gather(1, y).squeeze(1)
        return of_class + divergence - self.likelihood.level_nll(output, target)

    def posterior_given(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z | x, y), (N, latent_size) each, of classes (N,)."""
        return super().posterior(self.coded(y, x.flatten(1)))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The same at the class that the classifier names."""
        return self.posterior_given(x, self.classify(x).argmax(dim=1))

    def classify(self, x: Tensor) -> Tensor:
        """q(y | x): data (N, …) → the probability of each class (N, classes)."""
        return self.named(self.classifier(x)).exp()

    @classmethod
    def code_prior(cls, hyperparameters: Any) -> None:
        """None for all of a code, which begins with the class."""
        return

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → the class that the classifier names, and the posterior's mean (N, latents)."""
        y = self.classify(x).argmax(dim=1)
        return self.coded(y, self.posterior_given(x, y)[0])

    def output(self, z: Tensor) -> Tensor:
        """The decoder's last layer at codes (N, latents): whatever lies between classes is taken for the nearest."""
        return super().output(self.coded(*self.parted(z)))
