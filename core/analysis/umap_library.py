"""UMAP as its library has it, with what it compiles kept on disk."""

from functools import cache
from typing import Any


@cache
def umap_class() -> Any:
    """The class `umap.UMAP`: its first fit on a computer compiles for some ten seconds, in later processes none does.

    numba keeps what it compiles, beside the library's files or in the user's cache, where the library asks for it. UMAP
    asks for one function only.
    """
    from umap import UMAP, layouts, umap_, utils

    for module in (layouts, umap_, utils):
        for each in vars(module).values():
            if hasattr(each, "enable_caching"):
                each.enable_caching()
    return UMAP
