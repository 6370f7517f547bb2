"""What owners are called for each other: nobody gives a name here, so everybody has an animal and a number."""

from __future__ import annotations

import hashlib

ANIMALS = (
    *("Ant", "Badger", "Bat", "Bear", "Beaver", "Bee", "Bison", "Camel", "Cat", "Cheetah", "Cow", "Crab", "Crane"),
    *("Deer", "Dog", "Dolphin", "Donkey", "Duck", "Eagle", "Eel", "Elk", "Falcon", "Ferret", "Finch", "Fox", "Frog"),
    *("Gecko", "Goat", "Goose", "Gull", "Hare", "Hawk", "Heron", "Horse", "Ibex", "Jaguar", "Jay", "Koala", "Lark"),
    *("Lion", "Lizard", "Llama", "Lynx", "Mole", "Moose", "Moth", "Mouse", "Newt", "Otter", "Owl", "Panda", "Puma"),
    *("Quail", "Rabbit", "Raven", "Robin", "Seal", "Sheep", "Snail", "Stork", "Swan", "Tiger", "Toad", "Whale"),
)


def name_of(owner: str) -> str:
    """A short name of an owner that stays the same, as "Otter 427"; there are more than fifty thousand of them."""
    if not owner:
        return "Nobody"
    number = int.from_bytes(hashlib.sha256(owner.encode()).digest()[:8])
    return f"{ANIMALS[number % len(ANIMALS)]} {100 + number // len(ANIMALS) % 900}"
