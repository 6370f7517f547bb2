"""What a browser may ask of our sockets: bounded in length, in count and in range, before anything is computed."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.analysis.data import DRAWN
from core.errors import LatentLabError
from core.nn.corruption import Noise
from core.protocol import PANELS, Panel

# Characters of a question, codes and places in it, and how far from zero a latent may lie.
LONGEST = 200_000
MOST_CODES = 64
MOST_PLACES = 20_000
FARTHEST = 1e6
# Characters of a number of six digits in a script's own writing, at most, with the comma behind it: -0.00000123457,
NUMBER = 15
LATEST_STEP = 2**53

Asked = TypeVar("Asked")
Latent = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST)]


class _Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Decoding(_Question):
    """Decode these codes (n, latents)."""

    decode: Annotated[list[list[Latent]], Field(min_length=1, max_length=MOST_CODES)]


class Repairing(_Question):
    """Corrupt the fixed validation samples by a kind and level of noise, and reconstruct them."""

    noise: Noise
    level: Annotated[float, Field(ge=0, le=FARTHEST)]


class Filling(_Question):
    """Fill the `missing` places of a sample that a page offered, counted from 0, from these codes on, or from new ones.

    A place is a pixel, row by row, a step of a sequence, or a value of a vector.
    """

    sample: Annotated[int, Field(ge=0)]
    missing: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=MOST_PLACES)]
    codes: Annotated[list[list[Latent]], Field(max_length=MOST_CODES)]


class Sketching(_Question):
    """Encode one sample, and decode that again; each of its values is a share of the data's range, row by row."""

    sketch: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=1, max_length=MOST_PLACES)]


class Seeing(_Question):
    """Show one of the samples that plots draw `of` a part of the data, and what the model makes of it."""

    see: Annotated[int, Field(ge=0, lt=DRAWN)]
    of: Literal["validation", "held-out"]


class Watching(_Question):
    """So many pictures a second, of these panels, or the snapshot of a step."""

    rate: Annotated[float, Field(gt=0, le=1000)] | None = None
    panels: Annotated[list[Panel], Field(max_length=len(PANELS))] | None = None
    snapshot: Annotated[int, Field(ge=0, le=LATEST_STEP)] | None = None


Probing = Decoding | Repairing | Filling | Sketching | Seeing
PROBING: TypeAdapter[Probing] = TypeAdapter(Probing)
WATCHING: TypeAdapter[Watching] = TypeAdapter(Watching)
KINDS = ", ".join(get_args(Noise))
ASKED = (
    f"Ask for at most {MOST_CODES} codes of numbers between −{FARTHEST:,.0f} and {FARTHEST:,.0f}, for one of the "
    f"noises {KINDS} at a level from 0 to {FARTHEST:,.0f}, for at most {MOST_PLACES:,} places of a sample, for a "
    f"sample of at most {MOST_PLACES:,} values between 0 and 1, or to see one of the first {DRAWN:,} samples."
)


def codes_that_fit(latents: int) -> int:
    """How many codes of so many numbers one question can hold."""
    # {"decode":[[…],[…]]}
    return min(MOST_CODES, (LONGEST - len('{"decode":[]}')) // (NUMBER * latents + len("[],")))


def read(text: str, kind: TypeAdapter[Asked]) -> Asked:
    """A question of a `kind` from JSON.

    Raises:
        LatentLabError: it is too long, no JSON, or out of bounds.
    """
    if len(text) > LONGEST:
        raise LatentLabError(f"This question is too long: {len(text):,} characters. {ASKED}")
    try:
        return kind.validate_json(text)
    except ValidationError:
        raise LatentLabError(f"This question is out of bounds. {ASKED}") from None
