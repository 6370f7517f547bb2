"""What is measured of a generator and its discriminator or critic."""

from core.metrics import Metric

DISTANCE = Metric(
    "distance",
    "Critic's distance",
    "critic's units",
    ".3g",
    "lower",
    "The critic's estimate of the Wasserstein distance from samples to data, up to a factor: 0 is where it ends.",
)
SLOPE = Metric(
    "slope",
    "Critic's slope",
    "score per unit",
    ".2f",
    None,
    "Mean length of the critic's gradient at random places between real and generated samples: the penalty pulls it to "
    "1; a steeper critic counts the distance larger.",
)
DISCRIMINATOR_ACCURACY = Metric(
    "discriminator_accuracy",
    "Discriminator right",
    "%",
    ".0f",
    None,
    "The share of real and generated samples that the discriminator puts on the right side: 50 % is the goal.",
)
DISCRIMINATOR_LOSS = Metric(
    "discriminator_loss",
    "Discriminator loss",
    "loss",
    ".3f",
    None,
    "What the discriminator minimises; it need not fall, for its opponent learns as well.",
)
CRITIC_LOSS = Metric(
    "critic_loss",
    "Critic loss",
    "critic's units",
    ".3g",
    None,
    "The critic's mean score of samples minus that of data: its distance, with the other sign.",
)
GENERATOR_LOSS = Metric(
    "generator_loss",
    "Generator loss",
    "loss",
    ".3f",
    None,
    "What the generator minimises; it need not fall, for its opponent learns as well.",
)
EMA_DISTANCE = Metric(
    "ema_distance",
    "EMA against generator",
    "%",
    ".2g",
    None,
    "How far the averaged weights, which samples come from, are from the generator's own, as a share of their size.",
)
