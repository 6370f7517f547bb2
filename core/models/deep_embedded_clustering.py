"""Deep embedded clustering: codes that gather around centroids."""

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.hyperparameters import knob
from core.latex import stacked, weighted
from core.metrics import MSE, Metric
from core.model import Curves, Part
from core.models._encoder_decoder import LOSS, RECONSTRUCTION, EncoderDecoder
from core.models._knobs import Architecture, Clusters, Corruption, Objective
from core.nn.clustering import Centroids, divergence, k_means, log_shares, target_distribution
from core.nn.corruption import CORRUPTION_FORMULAS
from core.nn.initialization import draw_seed, initialize, stream
from core.nn.losses import DISTANCE_FORMULAS, reconstruction_distance
from core.optimisation import Optimisation
from core.presets import Preset

# Training samples that are surveyed: more would cost time and hardly move centroids and frequencies.
SURVEYED = 5000


class DECHyperparameters(
    Architecture,
    Clusters,
    Corruption,
    Objective,
    Optimisation,
    defaults={"latent_size": 10, "hidden_sizes": (256, 128), "reconstruction_loss": "bce"},
    paper={
        "hidden_sizes": "500 – 500 – 2000",
        "activation": "ReLU",
        "initialization": "normal, of deviation 0.01, then layer by layer",
        "reconstruction_loss": "mse",
        "optimizer": "SGD in DEC, Adam in IDEC",
        "learning_rate": "0.01 in DEC, 0.001 in IDEC",
        "batch_size": "256",
    },
):
    """All that can be turned on deep embedded clustering."""

    pretraining: float = knob(
        0.5,
        group="Objective",
        label="Share of pretraining",
        ge=0.0,
        le=0.9,
        help="Share of the steps before clustering begins: higher, better codes to start from, less time to gather.",
    )
    update_every: int = knob(
        5,
        group="Objective",
        label="Steps between counts",
        ge=1,
        le=1000,
        soft=(1, 200),
        scale="log",
        help="Steps between two counts of the clusters' sizes: higher, faster steps, and sizes are evened out late "
        "(in IDEC's paper: 140).",
    )
    clustering_weight: float = knob(
        0.1,
        group="Objective",
        label="Clustering weight γ",
        ge=0.0,
        le=10.0,
        soft=(0.0, 1.0),
        live=True,
        help="γ, the pull towards centroids: higher, tighter groups, but codes forget what samples look like.",
    )
    reconstruction_weight: float = knob(
        1.0,
        group="Objective",
        ge=0.0,
        le=10.0,
        soft=(0.0, 2.0),
        live=True,
        help="What a good reconstruction counts once clustering has begun: higher, looser groups; at 0, pure DEC, "
        "at 1 with γ at 0.1 the IDEC of the paper.",
    )


CLUSTERING = Metric(
    "clustering",
    "KL(P ‖ Q)",
    "nats per sample",
    ".3g",
    "lower",
    "How unsure codes still are of their centroids: falls while they gather. Measured once clustering has begun.",
)


class DeepEmbeddedClustering(EncoderDecoder):
    """min KL(P ‖ Q) over encoder and centroids (Xie et al. 2016, eq. 2), while reconstructing (Guo et al. 2017)."""

    title = "Deep embedded clustering"
    summary = (
        "First an autoencoder. Then k-means places centroids among its codes, and from there on codes and centroids "
        "move together: every code is pulled to the centroid that it is already nearest to, the surer the harder, so "
        "loose groups become tight ones."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Xie et al. 2016, Unsupervised deep embedding for clustering analysis",
        "Guo et al. 2017, Improved deep embedded clustering with local structure preservation",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct", "assign"})
    metrics = (MSE, CLUSTERING, RECONSTRUCTION, LOSS)
    headline = ("mse",)
    Hyperparameters = DECHyperparameters
    training_steps = 2000
    scenes = {**EncoderDecoder.scenes, "centroids": Part("Assignments", "q_{ij}")}
    aims = dict.fromkeys(("autoencoder", "centroids"), r"\min_{f,g,\mu}")
    defaults_for = {"vector": {"latent_size": 2, "reconstruction_loss": "mse"}}
    presets = (
        Preset(
            "The paper's (IDEC)",
            {
                "latent_size": 10,
                "hidden_sizes": (500, 500, 2000),
                "activation": "relu",
                "initialization": "he",
                "noise": "none",
                "reconstruction_loss": "mse",
                "clustering_weight": 0.1,
                "reconstruction_weight": 1.0,
                "update_every": 140,
                "learning_rate": 1e-3,
                "batch_size": 256,
                "decay": "none",
                "steps": 500,
            },
            "Layers of 500, 500 and 2000 units, counted rarely, find groups about as good as the defaults' (an "
            "adjusted Rand index of 0.71), at far slower steps.",
            kinds=frozenset({"image"}),
        ),
    )
    log_frequencies: Tensor

    def __init__(self, hyperparameters: DECHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp = hyperparameters
        self.centroids = Centroids(hp.n_clusters, hp.latent_size)
        # log f_j, as shares of the samples.
        self.register_buffer("log_frequencies", torch.full((hp.n_clusters,), 1 / hp.n_clusters).log())

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`; centroids lie anywhere until k-means places them."""
        for network in (self.encoder, self.decoder):
            initialize(network, self.hyperparameters.initialization, rng)
        nn.init.normal_(self.centroids.places, generator=stream(draw_seed(rng), "centroids"))

    def optimised_modules(self) -> dict[str, nn.Module]:
        """Encoder and decoder, trained as one, and the centroids, which rest until they have been placed."""
        return {"autoencoder": nn.ModuleList([self.encoder, self.decoder]), "centroids": self.centroids}

    @classmethod
    def formula(cls, hyperparameters: DECHyperparameters) -> str:
        """DEC's loss (Xie et al. 2016), or with a weight on reconstruction IDEC's (Guo et al. 2017, eq. 8)."""
        hp = hyperparameters
        is_corrupted = hp.noise != "none" and hp.noise_level > 0
        seen = r"\tilde x" if is_corrupted else "x"
        reconstruction = weighted(hp.reconstruction_weight, r"d(x, \hat x)")
        # Without γ there is nothing to cluster by, and without a reconstruction it is the first paper's method.
        name = "an autoencoder" if not hp.clustering_weight else "IDEC" if reconstruction else "DEC"
        clustering = weighted(hp.clustering_weight, r"\mathrm{KL}(P \Vert Q)")
        loss = (clustering + reconstruction).removeprefix(" + ") or "0"
        return stacked(
            rf"\min_{{f,g,\mu}}\; {loss} \qquad \text{{({name}; before, }} d(x, \hat x) \text{{ alone)}}",
            r"q_{ij} \propto \big(1 + \lVert z_i - \mu_j \rVert^2\big)^{-1},\quad p_{ij} \propto q_{ij}^2 / f_j,\quad "
            rf"z = f({seen})",
            DISTANCE_FORMULAS[hp.reconstruction_loss],
            CORRUPTION_FORMULAS[hp.noise] if is_corrupted else "",
        )

    @classmethod
    def curves(cls, hyperparameters: DECHyperparameters) -> Curves:
        """The two terms of the loss, whose sum changes its meaning when clustering begins."""
        return Curves(
            ("reconstruction", "loss"),
            "Reconstruction alone until k-means has placed the centroids; from then on KL(P ‖ Q) says how unsure codes "
            "still are of theirs, and falls while they gather.",
        )

    @property
    def start(self) -> int:
        """The step before which centroids are placed and clustering begins."""
        return int(self.hyperparameters.pretraining * self.steps)

    @torch.no_grad()
    def before_step(self, x: Tensor, rng: torch.Generator) -> None:
        """Place the centroids when clustering begins; count the clusters then, and every `update_every` steps."""
        if self.step != self.start and (self.step < self.start or self.step % self.hyperparameters.update_every):
            return
        codes = self.encode(x[:SURVEYED])
        if not torch.isfinite(codes).all():
            # k-means would refuse; the loop finds out at its next look, and says why it stops.
            return
        if self.step == self.start:
            self.centroids.places.copy_(k_means(codes, self.hyperparameters.n_clusters, rng))
        self.log_frequencies.copy_(log_shares(self.centroids(codes)))

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step of the autoencoder, or of autoencoder and centroids, on a corrupted batch."""
        losses = self.losses(x, self.corrupt(x, rng))
        names = ("autoencoder",) if self.step < self.start else ("autoencoder", "centroids")
        minimise(losses["loss"], *(optimizers[name] for name in names))
        return losses

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The losses under the training corruption, and the mean squared error without it."""
        return {**self.losses(x, self.corrupt(x, rng)), "mse": (self.reconstruct(x) - x).square().mean()}

    def losses(self, x: Tensor, seen: Tensor) -> dict[str, Tensor]:
        """d(x, x̂) before clustering, then its weighted sum with KL(P ‖ Q); inputs `seen` are `x` (N, …), corrupted."""
        hp = self.hyperparameters
        codes = self.encode(seen)
        distance = reconstruction_distance(self.output(codes), x, hp.reconstruction_loss)
        if self.step < self.start:
            return {"loss": distance, "reconstruction": distance}
        log_q = self.centroids(codes)
        clustering = divergence(target_distribution(log_q, self.log_frequencies), log_q)
        loss = hp.reconstruction_weight * distance + hp.clustering_weight * clustering
        return {"loss": loss, "reconstruction": distance, "clustering": clustering}

    def assign(self, x: Tensor) -> Tensor:
        """Data (N, …) → q (N, n_clusters), from random centroids until clustering begins."""
        q: Tensor = self.centroids(self.encode(x)).exp()
        return q
