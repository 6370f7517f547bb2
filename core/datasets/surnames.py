"""Surnames of eight languages, letter by letter.

The lists are those of Faker's providers of persons. A name is kept if it is one word of at most twelve of the letters a
to z, once accents are taken off and ß is written ss; one that occurs in two languages is left out of both. What is left
of the twelve places is filled with blanks.
"""

from collections import Counter
from importlib import import_module

import torch

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._stratified import split_stratified
from core.hyperparameters import Hyperparameters
from core.left_out import Labelled
from core.text import fold

LOCALES = {
    "Croatian": "hr_HR",
    "English": "en_GB",
    "Finnish": "fi_FI",
    "French": "fr_FR",
    "German": "de_DE",
    "Italian": "it_IT",
    "Spanish": "es_ES",
    "Swedish": "sv_SE",
}
ALPHABET = " abcdefghijklmnopqrstuvwxyz"
LENGTH = 12


def names_of(locale: str) -> set[str]:
    """The names of a locale that can be kept, folded."""
    # Imported here, and only these: Faker as a whole brings eighty languages.
    provider = import_module(f"faker.providers.person.{locale}").Provider
    folded = {fold(name) for name in provider.last_names}
    return {name for name in folded if len(name) <= LENGTH and set(name) <= set(ALPHABET[1:])}


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Names (N, 12, 27), a letter being a one among zeros, labelled by language; a fifth of each is held out."""
    lists = [names_of(locale) for locale in LOCALES.values()]
    known = Counter(name for names in lists for name in names)
    found = [(name, label) for label, names in enumerate(lists) for name in sorted(names) if known[name] == 1]
    letters = torch.tensor([[ALPHABET.index(letter) for letter in name.ljust(LENGTH)] for name, _ in found])
    x, y = torch.eye(len(ALPHABET))[letters], torch.tensor([label for _, label in found])
    return split_stratified(Split(x, y), seed)


SURNAMES = Source(
    spec=DataSpec(
        kind="sequence",
        shape=(LENGTH, len(ALPHABET)),
        value_range=(0.0, 1.0),
        label_names=tuple(LOCALES),
        alphabet=ALPHABET,
    ),
    card=Card(
        title="Surnames",
        summary=(
            "Surnames of eight languages, a letter a step: a network that only reads and writes them learns which "
            "letters follow each other, and so what sounds Finnish or Italian."
        ),
        origin="The lists of Faker's providers of persons, accents taken off, names of two languages left out",
        licence="MIT, © 2012 Daniele Faraglia",
    ),
    sizes=(3951, 988),
    read=read,
    # Letters are no numbers that could be scaled.
    Parameters=Labelled,
)
