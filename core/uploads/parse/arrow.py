"""Tables in columns, as PyArrow opens them: Parquet and Feather."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from core.errors import UploadError
from core.uploads.limits import CELLS, COLUMNS, ROWS
from core.uploads.parse import pictured
from core.uploads.parse.columns import plans
from core.uploads.parse.filling import Filling
from core.uploads.parse.format import Format
from core.uploads.parse.names import names_of
from core.uploads.parse.numbers import without_endless
from core.uploads.parse.raw import Array, Column, Raw
from core.uploads.parse.rows import from_rows, refuse_to_turn
from core.uploads.phrases import Tally

LISTS = (pa.types.is_list, pa.types.is_fixed_size_list, pa.types.is_large_list)
NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean)
# Rows that the kinds of columns of text are told from.
SAMPLE_ROWS = 1_000


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The table of a Parquet or Feather file, or the pictures in its cells.

    Raises:
        UploadError: it is damaged, or too large.
    """
    tally = Tally()
    try:
        table = _parquet(data) if data.startswith(b"PAR1") else _arrow(data)
        # Offsets that lead outside of a damaged file would be followed.
        table.validate(full=True)
        if (drawn := pictured.read(table, notices)) is not None:
            return drawn
        while any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        rows, width = table.num_rows, table.num_columns
        _refuse_large(rows, width)
        if not rows or not width:
            raise UploadError("The table is empty: bring one row a sample.")
        names = names_of([str(name) for name in table.column_names], width, notices)
        if format.samples == "columns":
            refuse_to_turn(rows * width)
            turned = [
                [name, *map(_text, column.to_pylist())] for name, column in zip(names, table.columns, strict=True)
            ]
            return from_rows([*enumerate(turned)], format.model_copy(update={"samples": "rows"}), False, notices)
        parts = [_part(name, column, format, tally, notices) for name, column in zip(names, table.columns, strict=True)]
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        # Arrow's errors derive from nearly all of Python's.
        raise UploadError(
            "The table cannot be opened: it is damaged or was cut short; save it again, or as CSV."
        ) from error
    notices.extend(tally.sentences())
    values = np.concatenate([part.values.astype(np.float64) for part in parts], axis=1)
    columns = tuple(column for part in parts for column in part.columns)
    words = {name: words for part in parts for name, words in part.words.items()}
    return Raw("table", values, columns, words, gone=tuple(name for part in parts for name in part.gone))


def _parquet(data: bytes) -> pa.Table:
    """A Parquet table, refused by what its end says before anything is unpacked."""
    file = parquet.ParquetFile(io.BytesIO(data))
    _refuse_large(file.metadata.num_rows, file.metadata.num_columns)
    return file.read()


def _arrow(data: bytes) -> pa.Table:
    """A Feather table, whose rows are counted while they are unpacked."""
    file = pa.ipc.open_file(io.BytesIO(data))
    batches, rows = list[pa.RecordBatch](), 0
    for place in range(file.num_record_batches):
        batches.append(file.get_batch(place))
        rows += batches[-1].num_rows
        _refuse_large(rows, len(file.schema))
    return pa.Table.from_batches(batches, file.schema)


def _refuse_large(rows: int, width: int) -> None:
    if rows > ROWS or width > COLUMNS or rows * width > CELLS:
        raise UploadError(f"The table has {rows:,} rows and {width:,} columns, more than is read: bring less.")


def _part(name: str, column: pa.ChunkedArray, format: Format, tally: Tally, notices: list[str]) -> Raw:
    """One column as a table of its own."""
    kind, told = column.type, format.told(name)
    if told in (None, "number") and (
        pa.types.is_boolean(kind)
        or (pa.types.is_integer(kind) and _is_exact(column))
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    ):
        return _numbers(column.cast(pa.float64(), safe=False), Column(name), tally)
    if told in (None, "time") and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        # Nanoseconds end in 2262, and 9999-12-31 often stands for no end.
        microseconds = column.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
        seconds = _numbers(microseconds.cast(pa.float64(), safe=False), Column(name, "time", f"of type {kind}"), tally)
        seconds.values[:] /= 1e6
        return seconds
    if told in (None, "list") and (values := _lists(column)) is not None:
        values, length = without_endless(values, tally, f"column {name}"), values.shape[1]
        return Raw("table", values, (Column(name, "list", f"{length:,} numbers in each cell", length),))
    texts = [[_text(cell)] for cell in column.to_pylist()]
    filling = Filling(plans([name], texts[:SAMPLE_ROWS], format, False, notices), tally)
    filling.add(texts, range(1, len(texts) + 1))
    return filling.table(notices)


def _lists(column: pa.ChunkedArray) -> Array | None:
    """As many numbers in each cell (N, D), also those of lists in lists; None where a cell holds anything else."""
    kind = column.type
    while any(is_list(kind) for is_list in LISTS):
        kind = kind.value_type
    if kind == column.type or column.null_count or not any(is_number(kind) for is_number in NUMBERS):
        return None
    try:
        values = np.array(column.to_pylist(), np.float64)
    except (ValueError, TypeError):
        # Lists of another length, or none in place of one.
        return None
    return values.reshape(len(values), -1) if values.size else None


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _is_exact(column: pa.ChunkedArray) -> bool:
    """Whether 64-bit floats tell these whole numbers apart; names of that many digits are texts, as in a CSV."""
    ends = pc.min_max(column).as_py()
    return all(end is None or abs(end) <= 1 << 53 for end in ends.values())


def _numbers(column: pa.ChunkedArray, told: Column, tally: Tally) -> Raw:
    values: Array = np.array(column.to_numpy(), np.float64)[:, None]
    return Raw("table", without_endless(values, tally, f"column {told.name}"), (told,))
