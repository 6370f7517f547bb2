"""Tables written in random ways are read to the values they were made from."""

import numpy as np
from hypothesis import HealthCheck, given, settings

from core.errors import UploadError
from core.uploads.parse.decode import decode
from tests.generated_tables import Generated, tables

EXAMPLES = 200
# Of the tables, so many are read to each of their values; where one is not, it is said to be unsure.
READ = 0.98


def is_read(table: Generated) -> tuple[bool, bool]:
    """Whether a table is read to all of its values, and whether it was refused or anything was said to be unsure."""
    try:
        raw = decode("t.csv", table.data)
    except UploadError:
        return False, True
    said = any(notice.startswith("Unsure") for notice in raw.notices)
    if set(raw.names) != set(table.values) or set(raw.words) != set(table.texts):
        return False, said
    found = {name: raw.values[:, raw.names.index(name)].astype(float) for name in table.values}
    same = all(
        len(found[name]) == len(wanted) and np.allclose(found[name], wanted, rtol=1e-12, equal_nan=True)
        for name, wanted in table.values.items()
    )
    return same and all(list(raw.words[name]) == texts for name, texts in table.texts.items()), said


def read(examples: int, derandomize: bool) -> tuple[list[Generated], list[Generated]]:
    """Of so many tables those that are not read to their values, and those of them of which nothing is said."""
    wrong, unsaid = [], []

    @settings(
        max_examples=examples,
        derandomize=derandomize,
        deadline=None,
        database=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(tables())
    def collect(table):
        same, said = is_read(table)
        wrong.extend([] if same else [table])
        unsaid.extend([] if same or said else [table])

    collect()
    return wrong, unsaid


def test_generated_tables_are_read_to_their_values():
    wrong, unsaid = read(EXAMPLES, derandomize=True)
    assert len(wrong) <= (1 - READ) * EXAMPLES, wrong[0].data[:600]
    assert not unsaid, unsaid[0].data[:600]
