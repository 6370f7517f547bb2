"""The vector-quantised variational autoencoder: codes are a few integers."""

import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.hyperparameters import Sizes, knob
from core.latex import stacked, weighted
from core.metrics import MSE, Metric
from core.model import Curves, Part
from core.models._encoder_decoder import LOSS, RECONSTRUCTION, EncoderDecoder
from core.models._knobs import Architecture, Objective
from core.nn.layers import dense, dense_backbone
from core.nn.losses import DISTANCE_FORMULAS, reconstruction_distance
from core.nn.quantisation import CodeBook, before, perplexity
from core.optimisation import Optimisation
from core.presets import Preset


class VQVAEHyperparameters(
    Architecture,
    Objective,
    Optimisation,
    defaults={"latent_size": 8, "hidden_sizes": (256, 128)},
    words={"Latent size": "Entry size", "Numbers in the code": "Numbers in each entry of the code book"},
    paper={"latent_size": "64", "hidden_sizes": "convolutions", "activation": "ReLU", "learning_rate": "0.0002"},
):
    """All that can be turned on a VQ-VAE; `latent_size` is that of an entry of the code book."""

    n_codes: int = knob(
        4,
        group="Architecture",
        ge=1,
        le=64,
        soft=(1, 16),
        scale="log",
        first=True,
        help="Integers that a sample is turned into: more, sharper reconstructions, more bits, a harder prior (in the "
        "paper: 32 × 32 for ImageNet).",
    )
    codebook_size: int = knob(
        64,
        group="Architecture",
        label="Code book's size",
        ge=2,
        le=512,
        soft=(2, 256),
        scale="log",
        first=True,
        help="Entries that each integer chooses from: twice as many are one bit more each (in the paper: 512).",
    )
    prior_sizes: Sizes = knob(
        (128,),
        group="Architecture",
        label="Prior's layers",
        help="Units of each hidden layer of the prior, which guesses each integer from those before it: more, samples "
        "hang together, until it knows the training data by heart (in the paper: a PixelCNN, trained afterwards).",
    )
    commitment: float = knob(
        0.25,
        group="Objective",
        label="Commitment β",
        ge=0.0,
        le=10.0,
        soft=(0.0, 2.0),
        live=True,
        help="β, the pull of the encoder towards the entries it chose: lower, it runs away from them; higher, it "
        "hardly dares to choose others.",
    )
    codebook_decay: float = knob(
        0.99,
        group="Optimisation",
        label="Memory of the code book",
        ge=0.0,
        le=0.9999,
        scale="memory",
        live=True,
        help="γ, how much of itself an entry keeps at each step: higher, it follows its codes more slowly and calmly.",
    )


COMMITMENT = Metric(
    "commitment",
    "Commitment",
    "per value",
    ".3g",
    None,
    "The squared distance of the encoder's answer to the entries it is replaced by, before its weight β.",
)
PERPLEXITY = Metric(
    "perplexity",
    "Entries in use",
    "",
    ".1f",
    None,
    "The perplexity of the code book: how many equally frequent entries would be as varied; 1 for a single one.",
)
PRIOR_LOSS = Metric(
    "prior_loss",
    "Bits a sample",
    "bits",
    ".1f",
    "lower",
    "What a sample's integers take on average in an ideal code by the prior; without one it is their number times log₂ "
    "of the code book's size.",
)


def backbone(hp: Any, shape: tuple[int, ...], outputs: int) -> tuple[nn.Sequential, nn.Sequential]:
    """A dense encoder and decoder with `n_codes` vectors of `latent_size` numbers between them."""
    between = hp.n_codes * hp.latent_size
    return dense_backbone(hp.model_copy(update={"latent_size": between}), shape, between)


class VQVAE(EncoderDecoder):
    """min d(x, g(e_k)) + β ‖f(x) − sg[e_k]‖², k the nearest entry of a code book (van den Oord et al. 2017, eq. 3).

    The code book itself follows as a moving average (appendix A.1), and p(k) = Π_j p(k_j | k_1 … k_{j−1}) is learned
    beside it.
    """

    title = "VQ-VAE"
    summary = (
        "Every part of the encoder's answer is replaced by the nearest entry of a code book, so a sample becomes a few "
        "integers, and a bit rate that can be counted. The gradient passes as if nothing had been replaced. A small "
        "network learns to guess each integer from those before it, and draws new samples integer by integer."
    )
    references: ClassVar[tuple[str, ...]] = (
        "van den Oord, Vinyals & Kavukcuoglu 2017, Neural discrete representation learning",
        "Dhariwal et al. 2020, Jukebox: a generative model for music (restarts of unused entries)",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct", "sample", "index"})
    metrics = (MSE, PRIOR_LOSS, PERPLEXITY, LOSS, RECONSTRUCTION, COMMITMENT)
    headline = ("mse", "prior_loss", "perplexity")
    Hyperparameters = VQVAEHyperparameters
    training_steps = 2000
    backbone = staticmethod(backbone)
    scenes = {
        **EncoderDecoder.scenes,
        "code_book": Part("Quantised", "e_k"),
        "noise": Part("Code book", "e_i"),
        "guess": Part("Prior's guess", "p"),
    }
    aims = {**EncoderDecoder.aims, "prior": r"\max_p"}
    # A point of the plane is one integer, and the code book can be seen.
    defaults_for = {"vector": {"n_codes": 1, "latent_size": 2}}
    presets = (
        Preset(
            "Eight bits",
            {"n_codes": 2, "codebook_size": 16},
            "Two integers of sixteen for each digit: reconstructions turn into stereotypes, with an MSE of 0.0272 ± "
            "0.0008 where 24 bits make it 0.0152 ± 0.0005, and 91 ± 2 % of five runs' samples are digits to a "
            "classifier instead of 77 ± 1 %.",
            kinds=frozenset({"image"}),
        ),
    )

    def __init__(self, hyperparameters: VQVAEHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp = hyperparameters
        self.code_book = CodeBook(hp.codebook_size, hp.latent_size)
        self.guess = dense((hp.n_codes * (hp.latent_size + 1), *hp.prior_sizes, hp.codebook_size), hp.activation)

    @property
    def latents(self) -> int:
        """The numbers of all entries that a sample is made of."""
        return int(self.hyperparameters.n_codes * self.hyperparameters.latent_size)

    def optimised_modules(self) -> dict[str, nn.Module]:
        """Encoder and decoder, trained as one, and the prior."""
        return {"autoencoder": nn.ModuleList([self.encoder, self.decoder]), "prior": self.guess}

    @classmethod
    def formula(cls, hyperparameters: VQVAEHyperparameters) -> str:
        """The loss, the code book's choice and how it follows, and the prior."""
        hp = hyperparameters
        commitment = weighted(hp.commitment, r"\lVert f(x) - \mathrm{sg}[e_k] \rVert^2")
        bits = hp.n_codes * math.log2(hp.codebook_size)
        return stacked(
            rf"\min_{{f,g}}\; d(x, \hat x){commitment}, \qquad \hat x = g(e_k),\ "
            r"k = \arg\min_j \lVert f(x) - e_j \rVert^2",
            DISTANCE_FORMULAS[hp.reconstruction_loss],
            rf"e_i = m_i / N_i \text{{ follows the codes that chose it, with a memory of }} {hp.codebook_decay:g}",
            rf"\max_p\; \textstyle\sum_j \log_2 p(k_j \mid k_1 \dots k_{{j-1}}) \qquad "
            rf"\text{{({hp.n_codes} codes of }} \log_2 {hp.codebook_size} \text{{ bits: at most {bits:g})}}",
        )

    @classmethod
    def curves(cls, hyperparameters: VQVAEHyperparameters) -> Curves:
        """The reconstruction and the bits that it takes."""
        return Curves(
            ("reconstruction", "prior_loss"),
            "Reconstruction falls while the code book spreads; bits first rise with the entries in use, then fall as "
            "far as the prior learns which go together. Where the validation curve of the bits turns up, the prior "
            "has begun to learn by heart.",
        )

    @torch.no_grad()
    def before_step(self, x: Tensor, rng: torch.Generator) -> None:
        """Before the first step, put all entries where codes are."""
        if self.step == 0:
            entries = self.code_book.entries
            z = self.parts(self.encoder(x[: len(entries)])).flatten(0, 1)
            drawn = z[torch.randint(len(z), (len(entries),), generator=rng)]
            self.code_book.place(drawn, torch.ones(len(entries), dtype=torch.bool))

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step of the autoencoder, one of the prior on the integers it chose, and one of the code book."""
        z = self.parts(self.encoder(x))
        losses = self.losses(x, z)
        minimise(losses["loss"], optimizers["autoencoder"])
        minimise(losses["prior_loss"], optimizers["prior"])
        # A young code book follows faster: else the encoder would leave it behind in its first steps.
        decay = min(self.hyperparameters.codebook_decay, (self.step + 1) / (self.step + 2))
        self.code_book.follow(z.detach().flatten(0, 1), decay, rng)
        return losses

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same, and the mean squared error."""
        return {**self.losses(x, self.parts(self.encoder(x))), "mse": (self.reconstruct(x) - x).square().mean()}

    def losses(self, x: Tensor, z: Tensor) -> dict[str, Tensor]:
        """The terms of eq. 3 for data (N, …) and the encoder's answers `z` (N, n_codes, D), and those of the prior."""
        hp, indices = self.hyperparameters, self.code_book.indices(z)
        distance = reconstruction_distance(self.output(z.flatten(1)), x, hp.reconstruction_loss)
        # ‖z − sg[e]‖²; the term ‖sg[z] − e‖² is what the moving average minimises.
        commitment = (z - self.code_book.entries[indices]).square().mean()
        return {
            "loss": distance + hp.commitment * commitment,
            "reconstruction": distance,
            "commitment": commitment,
            "perplexity": perplexity(indices, hp.codebook_size),
            "prior_loss": self.bits(indices).mean(),
        }

    def bits(self, indices: Tensor) -> Tensor:
        """−log₂ p(k_1 … k_n) of indices (N, n_codes) under the prior, (N,)."""
        logits = self.guess(before(self.code_book.entries[indices]))
        nats: Tensor = F.cross_entropy(logits.transpose(1, 2), indices, reduction="none").sum(dim=1)
        bits: Tensor = nats / math.log(2)
        return bits

    def parts(self, z: Tensor) -> Tensor:
        """Codes (N, latents) → the vectors that are quantised, (N, n_codes, D)."""
        return z.reshape(len(z), self.hyperparameters.n_codes, -1)

    def index(self, x: Tensor) -> Tensor:
        """Data (N, …) → its integers (N, n_codes), each the number of an entry."""
        return self.code_book.indices(self.parts(self.encoder(x)))

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → the entries that stand for it, side by side, (N, latents)."""
        return self.look_up(self.index(x))

    def look_up(self, integers: Tensor) -> Tensor:
        """Integers (N, n_codes) → the entries of these numbers, side by side, (N, latents)."""
        return self.code_book.entries[integers].flatten(1)

    def output(self, z: Tensor) -> Tensor:
        """The decoder's last layer for the entries nearest to codes (N, latents), before any sigmoid."""
        entries = self.code_book(self.parts(z))
        output: Tensor = self.decoder(entries.flatten(1))
        return output

    def prior(self, n: int, rng: torch.Generator) -> Tensor:
        """Codes (n, latents) of integers that are drawn one after the other: k_j ~ p(k_j | k_1 … k_{j−1})."""
        hp = self.hyperparameters
        z = torch.zeros(n, hp.n_codes, hp.latent_size)
        for j in range(hp.n_codes):
            chances = self.guess(before(z))[:, j].softmax(dim=1)
            z[:, j] = self.code_book.entries[torch.multinomial(chances, 1, generator=rng).squeeze(1)]
        return z.flatten(1)
