"""A code book seen through samples: their integers, what each entry stands for, and how many bits they take."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from core.analysis.data import counts, fitted_of, outputs, shown_of
from core.analysis.result import Context, Result, measured
from core.protocol import Array

# Held-out samples that are shown with their integers, and entries of each integer, the most frequent ones; on the plane
# so many samples, and all entries.
SHOWN = 12
ENTRIES = 12
POINTS = 500


@dataclass(frozen=True, kw_only=True)
class CodeBookInUse(Result):
    """Some held-out `samples` (n, …), their `integers` (n, codes), and what these decode to, `rebuilt` (n, …).

    For each of the codes `entries` (codes, m) are those of the `size` entries that training samples choose most, with
    their `shares` (codes, m); `pictures` (codes, m, …) are the means of what such samples are decoded to.
    """

    definition = 2
    samples: Array
    integers: Array
    rebuilt: Array
    entries: Array
    shares: Array
    pictures: Array
    size: int
    rate: float = measured(
        "Bits a sample", "bits", ".1f", "lower", "The number of codes times log₂ of the code book's size."
    )
    coded: float = measured(
        "By frequency",
        "bits",
        ".1f",
        "lower",
        "What held-out samples take in an ideal code by each integer's frequency in training, one by one.",
    )
    guessed: float = measured(
        "By its prior",
        "bits",
        ".1f",
        "lower",
        "What held-out samples take in an ideal code by the prior, which guesses each integer from those before it.",
    )
    used: int = measured("Entries in use", "", ".0f", None, "Entries that some training sample is decoded from.")


def code_book(context: Context) -> CodeBookInUse:
    """Look up the integers of training and held-out samples.

    Raises:
        LatentLabError: what they are decoded to is not finite.
    """
    model, fitted, held_out = context.model, fitted_of(context.dataset), shown_of(context.dataset)
    size = int(model.hyperparameters.codebook_size)
    chosen, unseen = outputs(model.index, fitted.x), outputs(model.index, held_out.x)
    decoded = outputs(model.reconstruct, fitted.x)
    tallies = torch.stack([torch.bincount(column, minlength=size) for column in chosen.T])
    is_plane = context.dataset.spec.is_plane
    m = min(size if is_plane else ENTRIES, int((tallies > 0).sum(dim=1).min()))
    most = tallies.topk(m, dim=1)
    pictures = [
        torch.stack([decoded[column == entry].mean(dim=0) for entry in entries])
        for column, entries in zip(chosen.T, most.indices, strict=True)
    ]
    # One more of each than there were: what never occurred in training may occur.
    surprise = -((tallies + 1) / (len(chosen) + size)).log2()
    samples = held_out.x[: POINTS if is_plane else SHOWN]
    return CodeBookInUse(
        counts=counts(context.dataset, held_out, fitted),
        samples=samples.numpy(),
        integers=unseen[: len(samples)].numpy(),
        rebuilt=outputs(model.reconstruct, samples).numpy(),
        entries=most.indices.numpy(),
        shares=(most.values / len(chosen)).numpy().astype(np.float32),
        pictures=torch.stack(pictures).numpy(),
        size=size,
        rate=len(tallies) * math.log2(size),
        coded=float(surprise.gather(1, unseen.T).sum(dim=0).mean()),
        guessed=float(outputs(model.bits, unseen).mean()),
        used=int((tallies.sum(dim=0) > 0).sum()),
    )
