"""Arrays that MATLAB saved, as SciPy opens them."""

from __future__ import annotations

import io

import numpy as np
from scipy.io import loadmat

from core.errors import UploadError
from core.uploads.parse.archives import chosen_of
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The samples of a MAT file, and their labels if there are any.

    Raises:
        UploadError: it is damaged, or holds no array of numbers.
    """
    try:
        found = loadmat(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:
        # SciPy reads damaged files until anything fails.
        raise UploadError(
            "The MATLAB file cannot be opened: it is damaged or was cut short; save it again with -v7, or as CSV."
        ) from error
    arrays = {
        name: np.asarray(array.toarray() if hasattr(array, "toarray") else array)
        for name, array in found.items()
        if not name.startswith("__")
    }
    arrays = {name: array for name, array in arrays.items() if array.dtype.kind in "biufU" and array.size}
    if not any(array.dtype.kind in "biuf" for array in arrays.values()):
        raise UploadError("The MATLAB file holds no array of numbers: save the matrix alone.")
    headers = {name: (array.shape, False, array.dtype) for name, array in arrays.items()}
    return chosen_of(headers, arrays.__getitem__, notices)
