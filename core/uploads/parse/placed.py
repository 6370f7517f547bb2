"""Lines of LIBSVM and SVMlight: a label, and the places of values that are not 0."""

from __future__ import annotations

import io
import re

from core.errors import UploadError
from core.uploads.parse.arrays import held, refuse_all_but_numbers
from core.uploads.parse.raw import Raw
from core.uploads.parse.words import Words
from core.uploads.phrases import printable

PLACED = re.compile(r"[^\s:#]+([ \t]+(qid|\d+):([-+.\deE]+|[-+]?(?i:nan|inf)))*\s*(#.*)?", re.DOTALL)


def are_placed(lines: list[str]) -> bool:
    """Whether all lines name places of values; a date and a time of the day look like a label and one of them."""
    rows = [line for line in lines if line.strip() and not line.startswith("#")]
    return any(line.count(":") > 1 for line in rows) and all(map(PLACED.fullmatch, rows))


def read(data: bytes, notices: list[str]) -> Raw:
    """All values (N, D), zeros too, and the label of each row.

    Raises:
        UploadError: it is damaged, or has too many values.
    """
    from sklearn.datasets import load_svmlight_file

    try:
        matrix, labels = load_svmlight_file(io.BytesIO(data))
    except (ValueError, OverflowError) as error:
        raise UploadError(
            f"The file names the places of values, as LIBSVM does, but not all of its lines can be read: "
            f"{printable(str(error))}. Write one number as the label, and places in their order."
        ) from error
    refuse_all_but_numbers((matrix.shape, False, matrix.dtype), "The LIBSVM file")
    notices.append(f"Places of {matrix.nnz:,} values were read, as LIBSVM writes them, and filled up with zeros.")
    return Raw("array", held(matrix.toarray(), notices), words={"label": Words.of_numbers(labels)})
