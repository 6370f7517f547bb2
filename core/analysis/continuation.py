"""A beginning that a model goes on with, and how much it expects what comes next, beside what simple counts do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from core.analysis.chains import ByPlace, Chain, draw, nats
from core.analysis.data import counts, finite, outputs, shown_of
from core.analysis.result import Context, Result, measured
from core.analysis.spread import of_share, standard_error
from core.analysis.words import share_copied, share_spelled, words_of
from core.errors import LatentLabError
from core.models.autoregressive import Autoregressive
from core.protocol import Array
from core.text import fold

# Ways to go on that are shown, and words that are drawn to be judged, of the model and of counts.
SHOWN = 12
JUDGED = 1000
# Probabilities that are held at once, which bounds the memory.
CHANCES = 10_000_000
SURPRISE = "−log of the probability of held-out sequences, mean over these: what they take in an ideal code."


@dataclass(frozen=True, kw_only=True)
class Continuation(Result):
    """Sequences `drawn` (n, T, F) with the same `known` first steps, and one that is real, `truth` (T, F), or None.

    `following` (choices,) are the probabilities of the step after the beginning, of its first value where it has more
    than one, and `values` (choices,) what these stand for: numbers of letters, or values of a series. `spreads` are the
    standard errors of the numbers by name: of nats over held-out sequences, of shares over words.
    """

    definition = 2
    known: int
    drawn: Array
    truth: Array | None
    following: Array
    values: Array
    spreads: Mapping[str, float]
    nats: float = measured("This model", "nats", ".1f", "lower", SURPRISE)
    chain_nats: float = measured(
        "By the step before", "nats", ".1f", "lower", f"{SURPRISE} Of counts of what follows what in training alone."
    )
    pair_nats: float = measured(
        "By two steps before",
        "nats",
        ".1f",
        "lower",
        f"{SURPRISE} Of counts of what follows which two; where these are rare, of what follows the last one.",
    )
    alone_nats: float = measured(
        "By place alone", "nats", ".1f", "lower", f"{SURPRISE} Of counts of what stands where in training alone."
    )
    spelled: float | None = measured(
        "Known trigrams",
        "%",
        ".0f",
        "higher",
        "The share of drawn words in which any three letters in a row occur in training, too.",
        default=None,
    )
    chain_spelled: float | None = measured(
        "By the letter before",
        "%",
        ".0f",
        None,
        "The same of words that these counts draw as warm.",
        default=None,
    )
    pair_spelled: float | None = measured(
        "By two letters before",
        "%",
        ".0f",
        None,
        "The same of words that these counts draw as warm.",
        default=None,
    )
    real_spelled: float | None = measured("Held-out words", "%", ".0f", None, "The same of real ones.", default=None)
    copied: float | None = measured(
        "Training words", "%", ".0f", "lower", "The share of drawn words that stand in the training data.", default=None
    )
    chain_copied: float | None = measured(
        "Copied by the letter before",
        "%",
        ".0f",
        None,
        "The same of words that these counts draw as warm.",
        default=None,
    )
    pair_copied: float | None = measured(
        "Copied by two letters before",
        "%",
        ".0f",
        None,
        "The same of words that these counts draw as warm.",
        default=None,
    )
    real_copied: float | None = measured(
        "Held-out words in training",
        "%",
        ".0f",
        None,
        "The same of real ones: none where each word stands in the data once.",
        default=None,
    )


def go_on(
    context: Context, beginning: str = "", sequence: int = 0, given: int = 0, temperature: float = 1.0
) -> Continuation:
    """Draw what may follow a beginning: letters, or of series the first `given` steps of a held-out `sequence`.

    Raises:
        LatentLabError: a letter is not in the alphabet, the beginning fills the whole sequence, there is no such
            sequence, or the model's probabilities are not finite.
    """
    model = cast(Autoregressive, context.model)
    dataset, held_out = context.dataset, shown_of(context.dataset)
    alphabet, truth = dataset.spec.alphabet, None
    if alphabet:
        start = written(beginning, alphabet, model.shape[0])
    else:
        if not 0 <= sequence < len(held_out.x) or not 0 <= given < model.shape[0]:
            raise LatentLabError(
                f"There are {len(held_out.x):,} held-out sequences of {model.shape[0]} steps; the beginning must be "
                "shorter than that."
            )
        truth = held_out.x[sequence]
        start = truth[:given]
    z = model.prior(SHOWN, torch.Generator().manual_seed(0))
    drawn = finite(model.go_on(start.expand(SHOWN, *start.shape), z, temperature))
    context.report(0.2)
    following = model.predict(drawn[:1])[0, len(start), 0]
    symbols = model.symbols
    # Each step of each sequence has a probability for every choice.
    most = max(1, CHANCES // (model.latents * symbols.choices))
    surprises = outputs(lambda x: model.surprises(x).flatten(1).sum(dim=1), held_out.x, batch=most)
    context.report(0.5)
    train, unseen = symbols.read(dataset.train.x), symbols.read(held_out.x)
    chain, pair = (Chain(train, symbols.choices, order) for order in (1, 2))
    values = torch.arange(symbols.choices)
    surprised = {
        "nats": surprises,
        "chain_nats": nats(chain, unseen),
        "pair_nats": nats(pair, unseen),
        "alone_nats": nats(ByPlace(train, symbols.choices), unseen),
    }
    spreads = {name: float(standard_error(each.numpy())) for name, each in surprised.items()}
    words: dict[str, float] = {}
    if alphabet:
        noise = model.prior(JUDGED, torch.Generator().manual_seed(1))
        made = {"": model.go_on(held_out.x[:1, :0].expand(JUDGED, -1, -1), noise, temperature), "real_": held_out.x}
        for name, counted in (("chain_", chain), ("pair_", pair)):
            rng = torch.Generator().manual_seed(1)
            made[name] = symbols.write(draw(counted, JUDGED, train.shape[1:], rng, temperature))
        known = words_of(dataset.train.x, alphabet)
        for name, x in made.items():
            new = words_of(x, alphabet)
            shares = {f"{name}spelled": share_spelled(new, known), f"{name}copied": share_copied(new, known)}
            words |= shares
            spreads |= {share: of_share(value, len(new)) for share, value in shares.items()}
    return Continuation(
        counts=counts(dataset, held_out),
        known=len(start),
        drawn=drawn.numpy(),
        truth=None if truth is None else truth.numpy(),
        following=following.numpy(),
        values=(values if alphabet else symbols.write(values.reshape(1, -1, 1))[0, :, 0]).numpy(),
        spreads=spreads,
        **{name: float(each.mean()) for name, each in surprised.items()},
        **words,
    )


def written(beginning: str, alphabet: str, steps: int) -> Tensor:
    """The first letters of a word as a sample has them, (t, letters).

    Raises:
        LatentLabError: a letter is not in the alphabet, or nothing is left to go on with.
    """
    word = fold(beginning.strip())
    unknown = [letter for letter in word if letter not in alphabet]
    if unknown:
        raise LatentLabError(f"These words have no “{unknown[0]}”; their letters are {alphabet.strip()}.")
    if len(word) >= steps:
        raise LatentLabError(f"Words have {steps} letters at most; begin with fewer, so that something can follow.")
    return torch.eye(len(alphabet))[[alphabet.index(letter) for letter in word]]
