"""What galleries of samples are given."""

from __future__ import annotations

from typing import TypedDict

from pages.ui.component_data.shared import Drawn, Ground, Selected


class Row(TypedDict):
    """Samples of a shape (n, …) as base64, what they are called, and a note below each, where there are any."""

    name: str
    values: str
    shape: list[int]
    notes: list[str]


class Walked(TypedDict):
    """The run whose walk goes through a decoded plane, and the two latents along it."""

    run: str
    latents: tuple[int, int]


class GalleryData(TypedDict):
    """Rows of samples of about `size` pixels, or with `columns` a wall of the only row.

    Several rows are walls that follow one another `along` something, say time: one is seen at a time, under a slider.

    A wall of decoded codes has the `ground` that these lie on, and can be `walked`. Where the samples of a row are
    drawn in plots, too, `places` are their indices there, and some may be `selected`. Where a row does not fit it is
    cut off, or thinned where it is to be seen as a `whole`.
    """

    rows: list[Row]
    look: Drawn
    size: int
    columns: int | None
    along: str | None
    ground: Ground | None
    walked: Walked | None
    places: list[int]
    selected: Selected
    whole: bool
