"""What a newcomer cannot know: each term in one sentence, shown wherever the term stands in a title or a help."""

from __future__ import annotations

import re

# A term as it is written, or its spellings between bars, the first being its name → its meaning.
GLOSSARY = {
    "active latents|active latent": "A latent that says something of a sample, as its mean moves from one to the next; "
    "the others only repeat the prior.",
    "ARI|adjusted Rand index": "Of all pairs of samples, how far a clustering and the classes agree on who belongs "
    "together, corrected for chance: 0 is chance, 1 perfect.",
    "BIC": "Bayesian information criterion: how badly a mixture fits, plus a price on each of its parameters.",
    "bits per dimension": "The code length of a sample under the model, in bits, divided by the number of its values.",
    "code book": "A list of vectors, its entries, by whose numbers samples are written down.",
    "codes|code": "The few numbers that an encoder turns a sample into.",
    "coverage": "The share of real samples, or of modes, that have a generated sample close by.",
    "critic": "A discriminator that gives scores instead of verdicts, for a Wasserstein GAN.",
    "density": "How many real samples' neighbourhoods a generated sample lies in, on average, against real data's: "
    "about 1 is right, and one crowd of good samples is enough for it.",
    "discriminator": "The network that learns to tell real samples from generated ones.",
    "disentangled|disentanglement": "Of a code: each of its numbers stands for one factor, and no other does.",
    "dropout": "Silencing a random share of a network's units at each look, so that none can rely on the others.",
    "ELBO|evidence lower bound": "A lower bound of log p(x), the log-likelihood that the model gives a sample: "
    "the log-likelihood of its reconstruction minus KL.",
    "EMA": "Exponential moving average: a copy of the weights that follows them slowly and so wobbles less.",
    "energy distance": "How far two sets of samples are apart: the mean distance between them minus the mean distance "
    "within each, 0 only if they come from one distribution.",
    "factor|factors": "One of the things that a synthetic sample was made from, such as size or place.",
    "features": "What a network computes of a sample in its last layer but one, as the basis of its verdict.",
    "free bits": "An amount of information, in nats, that each latent may carry without paying for it.",
    "held-out": "Kept away from training, so that scores are of samples the network has never seen.",
    "IWAE": "Importance-weighted bound: like the ELBO a lower bound of log p(x), and tighter the more codes are drawn.",
    "KL": "Kullback–Leibler divergence: how much one distribution differs from another, 0 if not at all.",
    "latent|latents": "One of the numbers that the code of a sample is made of.",
    "mode|modes": "A place where data are dense, such as one Gaussian of a mixture.",
    "MSE": "Mean squared error: the mean of squared differences over all values.",
    "mutual information": "What one thing tells of another, in nats: 0 if nothing, at most all there is to know of it.",
    "nats": "Units of information with natural logarithms: one nat is 1.44 bits.",
    "NMI|normalised mutual information": "What a clustering says about the classes, from 0, nothing, to 1, everything.",
    "packing": "Showing the discriminator several samples side by side, so that too little variety gives them away.",
    "PCA": "Principal component analysis: the best code of so many numbers that a linear network could have.",
    "penultimate": "The last but one: of a network's layers, the one that its answer is made from.",
    "perplexity": "How many equally frequent choices would be as uncertain as these are: 2 to the power of their bits.",
    "posterior|posteriors": "The distribution of codes that could have made a sample, which an encoder estimates.",
    "precision": "The share of generated samples that lie where real ones do.",
    "prior": "The distribution that codes are drawn from to make new samples.",
    "PSNR": "Peak signal-to-noise ratio: the squared error against the range of values, in decibels; 10 dB more is a "
    "tenth of the error.",
    "R1": "A price on the slope of the discriminator at real samples, which keeps it from growing steep.",
    "R2": "A price on the slope of the discriminator at generated samples.",
    "recall": "The share of real samples that lie where generated ones do.",
    "ROC-AUC": "How often something odd scores higher than something ordinary: 0.5 is chance, 1 perfect.",
    "silhouette": "How much nearer a sample is to its own cluster than to the next one, from −1 to 1.",
    "spread": "The standard deviation around the centre of a mode, against that of the data: 1 is right.",
    "total correlation": "What latents say about each other, in nats: 0 if they are independent.",
    "continuity": "How far neighbours in a space stay neighbours in a picture of it, from 0 to 1: each that is lost "
    "counts by the rank that it has come to.",
    "trustworthiness": "How far neighbours in a picture are neighbours in the space it was made from, from 0 to 1: "
    "each that is none counts by its rank there.",
    "t-SNE": "A picture of samples in which near ones stay near; how far groups are apart in it means little.",
    "UMAP": "A picture of samples in which near ones stay near, from the graph of who is whose neighbour.",
    "validation": "Kept away from training and looked at meanwhile; what is reported at the end is of other samples.",
    "velocity": "How fast and which way something moves: of a flow, the change of a place in a unit of its time.",
    "WGAN|Wasserstein": "The Wasserstein distance is the least work that turns one distribution into another, mass "
    "times way.",
}

_NAMES = {spelling.lower(): term.split("|")[0] for term in GLOSSARY for spelling in term.split("|")}
_MEANINGS = {term.split("|")[0]: meaning for term, meaning in GLOSSARY.items()}
# The longest spellings first; whole words only.
_SPELLINGS = re.compile(
    r"(?<![\w-])(" + "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)) + r")(?![\w-])", re.IGNORECASE
)


def terms_in(text: str) -> list[str]:
    """The names of the terms that stand in a text, in order."""
    return list(dict.fromkeys(_NAMES[found.lower()] for found in _SPELLINGS.findall(text)))


def explained(title: str, help: str = "") -> str:
    """A help, followed by a paragraph for each term of the title that it goes with."""
    meanings = [f"{term[0].upper()}{term[1:]}: {_MEANINGS[term]}" for term in terms_in(title)]
    return "\n\n".join([help] * bool(help) + meanings)
