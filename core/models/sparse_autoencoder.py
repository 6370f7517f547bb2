"""The sparse autoencoder: many latents, of which few are active at a time."""

from core.models.autoencoder import Autoencoder, AutoencoderHyperparameters
from core.presets import Preset


class SparseAutoencoderHyperparameters(
    AutoencoderHyperparameters,
    defaults={
        "latent_size": 64,
        "hidden_sizes": (),
        "sparsity": "kl",
        "sparsity_weight": 0.05,
        "weight_decay": 1e-4,
        "learning_rate": 1e-2,
    },
    # Nothing said: as here.
    paper={
        "hidden_sizes": "",
        "reconstruction_loss": "",
        "activation": "sigmoid",
        "initialization": "uniform",
        "optimizer": "L-BFGS",
        "latent_size": "25",
        "sparsity_weight": "3",
    },
):
    """An autoencoder's, with a price on active codes from the start."""


class SparseAutoencoder(Autoencoder):
    """d(x, x̂) + β Σ_j KL(ρ ‖ ρ̂_j) + λ/2 Σ W², or β‖h‖₁ in the middle (Ng 2011, sections 2 and 3)."""

    title = "Sparse autoencoder"
    summary = (
        "More codes than needed, but a price on using them: each sample is explained by the few that fit it, and the "
        "units turn into detectors for strokes and parts."
    )
    references = ("Ng 2011, Sparse autoencoder (CS294A lecture notes)",)
    Hyperparameters = SparseAutoencoderHyperparameters
    headline = ("mse", "active_codes", "dead_units")
    presets = (
        Preset(
            "KL",
            {"sparsity": "kl", "sparsity_weight": 0.05, "sparsity_target": 0.05},
            "No unit dies: each is held at a mean activation near ρ, and a digit is rebuilt from about 9 of 64 units.",
            kinds=frozenset({"image"}),
        ),
        Preset(
            "L1",
            {"sparsity": "l1", "sparsity_weight": 1e-3},
            "Units that nobody needs fall silent for good, about 24 of 64; the others rebuild a digit more sharply "
            "than under KL, about 18 of them at a time.",
            kinds=frozenset({"image"}),
        ),
    )
