"""A beginning that a model goes on with, and how much it expects what comes next, beside what simple counts do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from core.analysis.data import counts, finite, outputs, shown_of
from core.analysis.result import Context, Result, measured
from core.analysis.words import share_copied, share_spelled, words_of
from core.errors import LatentLabError
from core.models.autoregressive import Autoregressive
from core.nn.symbols import Letters
from core.protocol import Array
from core.text import fold

# Ways to go on that are shown, and words that are drawn to be judged.
SHOWN = 12
JUDGED = 1000
# Probabilities that are held at once, which bounds the memory.
CHANCES = 10_000_000
SURPRISE = "−log of the probability of held-out sequences, mean over these: what they take in an ideal code."


@dataclass(frozen=True, kw_only=True)
class Continuation(Result):
    """Sequences `drawn` (n, T, F) with the same `known` first steps, and one that is real, `truth` (T, F), or None.

    `following` (choices,) are the probabilities of the step after the beginning, of its first value where it has more
    than one, and `values` (choices,) what these stand for: numbers of letters, or values of a series.
    """

    known: int
    drawn: Array
    truth: Array | None
    following: Array
    values: Array
    nats: float = measured("This model", "nats", ".1f", "lower", SURPRISE)
    chain_nats: float = measured(
        "By the step before", "nats", ".1f", "lower", f"{SURPRISE} Of counts of what follows what in training alone."
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
    real_spelled: float | None = measured("Held-out words", "%", ".0f", None, "The same of real ones.", default=None)
    copied: float | None = measured(
        "Training words", "%", ".0f", "lower", "The share of drawn words that stand in the training data.", default=None
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
    values = torch.arange(symbols.choices)
    words: dict[str, float] = {}
    if alphabet:
        noise = model.prior(JUDGED, torch.Generator().manual_seed(1))
        new = words_of(model.go_on(held_out.x[:1, :0].expand(JUDGED, -1, -1), noise, temperature), alphabet)
        known = words_of(dataset.train.x, alphabet)
        words = {
            "spelled": share_spelled(new, known),
            "real_spelled": share_spelled(words_of(held_out.x, alphabet), known),
            "copied": share_copied(new, known),
        }
    return Continuation(
        counts=counts(dataset, held_out),
        known=len(start),
        drawn=drawn.numpy(),
        truth=None if truth is None else truth.numpy(),
        following=following.numpy(),
        values=(values if alphabet else symbols.write(values.reshape(1, -1, 1))[0, :, 0]).numpy(),
        nats=float(surprises.mean()),
        chain_nats=chain_nats(train, unseen, symbols),
        alone_nats=alone_nats(train, unseen, symbols),
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


def alone_nats(train: Tensor, unseen: Tensor, symbols: Letters) -> float:
    """−log p of symbols (M, T, places) by how often each stood at its step in `train` (N, T, places), one added."""
    at = train.permute(1, 2, 0)
    tallies = torch.ones(*at.shape[:2], symbols.choices).scatter_add_(2, at, torch.ones(at.shape))
    return _nats((tallies / tallies.sum(dim=-1, keepdim=True)).log().expand(len(unseen), -1, -1, -1), unseen)


def chain_nats(train: Tensor, unseen: Tensor, symbols: Letters) -> float:
    """The same by how often each followed the one before it, a Markov chain of first order, one added."""
    first = alone_nats(train[:, :1], unseen[:, :1], symbols)
    total = torch.zeros(len(unseen))
    for place in range(symbols.places):
        tallies = torch.ones(symbols.choices, symbols.choices)
        before, after = train[:, :-1, place].flatten(), train[:, 1:, place].flatten()
        tallies.index_put_((before, after), torch.ones(()), accumulate=True)
        log_p = (tallies / tallies.sum(dim=1, keepdim=True)).log()
        total -= log_p[unseen[:, :-1, place], unseen[:, 1:, place]].sum(dim=1)
    return first + float(total.mean())


def _nats(log_p: Tensor, symbols: Tensor) -> float:
    """−log p in nats, summed over steps, from logarithms (N, T, places, choices) and symbols (N, T, places)."""
    chosen = log_p.gather(3, symbols.unsqueeze(3))
    return -float(chosen.sum(dim=(1, 2, 3)).mean())
