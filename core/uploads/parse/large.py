"""Large tables that have nothing but numbers, as PyArrow reads them: in a third of the time."""

from __future__ import annotations

import pyarrow
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv

from core.uploads.limits import CELLS, LINE, MB, ROWS
from core.uploads.parse.dialect import Dialect
from core.uploads.parse.filling import compact, joined
from core.uploads.parse.numbers import LARGEST
from core.uploads.parse.raw import Array

# Bytes that are read at once, a line at least.
BYTES = 8 * MB + LINE


def at_once(data: bytes, encoding: str, dialect: Dialect, above: int, width: int) -> Array | None:
    """The rows below some lines where PyArrow reads each cell as a number; else None."""
    if dialect.is_blank:
        return None
    # Most large tables are pictures, and bytes are sooner read as such.
    kinds = (pyarrow.uint8(), pyarrow.float64())
    found = (_of_one_kind(kind, data, encoding, dialect, above, width) for kind in kinds)
    return next((values for values in found if values is not None), None)


def _of_one_kind(
    kind: pyarrow.DataType, data: bytes, encoding: str, dialect: Dialect, above: int, width: int
) -> Array | None:
    """The rows below some lines where each cell is a number of one kind."""
    names, blocks, count = [*map(str, range(width))], list[Array](), 0
    try:
        with open_csv(
            pyarrow.py_buffer(data),
            ReadOptions(use_threads=False, block_size=BYTES, skip_rows=above, column_names=names, encoding=encoding),
            ParseOptions(delimiter=dialect.delimiter, quote_char=dialect.quote or '"'),
            ConvertOptions(column_types=dict.fromkeys(names, kind), null_values=[]),
        ) as batches:
            for batch in batches:
                block = batch.to_tensor().to_numpy()
                count += len(block)
                # What is missing or without end, of which no comparison holds, is told of with its line.
                if not -LARGEST <= block.min() <= block.max() <= LARGEST or count > min(ROWS, CELLS // width):
                    return None
                blocks.append(compact(block))
    except (pyarrow.ArrowException, LookupError):
        return None
    return joined(blocks)
