"""The denoising autoencoder: repair what was damaged."""

from core.models.autoencoder import Autoencoder, AutoencoderHyperparameters


class DenoisingAutoencoder(Autoencoder):
    """E over x̃ ~ C(x̃ | x) of d(x, g(f(x̃))) (Vincent et al. 2008, eq. 5)."""

    title = "Denoising autoencoder"
    summary = (
        "The input is damaged on purpose and the clean original is the target, so copying does not help: the network "
        "has to learn what the data look like in order to repair them."
    )
    formula = r"\min_{f,g}\; \mathbb{E}_{\tilde x \sim C(\tilde x \mid x)}\; d\big(x, g(f(\tilde x))\big)"
    references = (
        "Vincent et al. 2008, Extracting and composing robust features with denoising autoencoders",
        "Vincent et al. 2010, Stacked denoising autoencoders",
    )
    Hyperparameters = AutoencoderHyperparameters.with_defaults(
        "DenoisingAutoencoderHyperparameters", latent_size=64, hidden_sizes=(512,), noise="gaussian"
    )
    presets = {"vector": {"latent_size": 2, "noise_level": 0.1}}
