"""Questions that come over sockets are bounded before anything is computed."""

import json

import pytest

from core.errors import LatentLabError
from pages.ui.questions import (
    LONGEST,
    MOST_CODES,
    MOST_PLACES,
    PROBING,
    WATCHING,
    Decoding,
    Filling,
    Repairing,
    Seeing,
    Sketching,
    Watching,
    codes_that_fit,
    read,
)


@pytest.mark.parametrize(
    ("text", "kind", "asked"),
    [
        ('{"decode": [[0, -1.5]]}', PROBING, Decoding(decode=[[0.0, -1.5]])),
        ('{"noise": "masking", "level": 0.5}', PROBING, Repairing(noise="masking", level=0.5)),
        (
            '{"sample": 2, "missing": [0, 5], "codes": []}',
            PROBING,
            Filling(sample=2, missing=[0, 5], codes=[]),
        ),
        ('{"sketch": [0, 0.25, 1]}', PROBING, Sketching(sketch=[0.0, 0.25, 1.0])),
        ('{"see": 7, "of": "held-out"}', PROBING, Seeing(see=7, of="held-out")),
        ('{"rate": 20}', WATCHING, Watching(rate=20.0)),
        ('{"rate": 4, "panels": ["codes", "strip"]}', WATCHING, Watching(rate=4.0, panels=["codes", "strip"])),
        ('{"snapshot": 1200}', WATCHING, Watching(snapshot=1200)),
        (json.dumps({"decode": [[0.0]] * MOST_CODES}), PROBING, Decoding(decode=[[0.0]] * MOST_CODES)),
    ],
)
def test_what_our_scripts_ask_is_read(text, kind, asked):
    assert read(text, kind) == asked


@pytest.mark.parametrize("kind", [PROBING, WATCHING])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"decode": []}',
        '{"see": -1, "of": "validation"}',
        '{"see": 100000, "of": "validation"}',
        '{"see": 7, "of": "training"}',
        '{"decode": [[1e7]]}',
        '{"decode": [[NaN]]}',
        '{"decode": [[Infinity]]}',
        f'{{"decode": [[{"9" * 400}]]}}',
        f'{{"decode": [[{"9" * 5000}]]}}',
        '{"decode": [["one"]]}',
        '{"decode": {"0": 1}}',
        json.dumps({"decode": [[0.0]] * (MOST_CODES + 1)}),
        json.dumps({"decode": [[0.0, 0.0]] * 400_000}),
        '{"decode": [[0]], "level": 1, "noise": "none"}',
        '{"noise": "pepper", "level": 0.5}',
        '{"noise": "masking", "level": -1}',
        '{"noise": "masking", "level": NaN}',
        '{"noise": ["masking"], "level": 1e400}',
        '{"sample": 0, "missing": [], "codes": []}',
        '{"sample": -1, "missing": [0], "codes": []}',
        '{"sample": 0, "missing": [-1], "codes": []}',
        '{"sample": 0, "missing": [0.5], "codes": []}',
        json.dumps({"sample": 0, "missing": [0] * (MOST_PLACES + 1), "codes": []}),
        '{"sketch": []}',
        '{"sketch": [1.01]}',
        '{"sketch": [-0.01]}',
        '{"sketch": [NaN]}',
        '{"sketch": [[0.5]]}',
        '{"sketch": [0.5], "decode": [[0]]}',
        json.dumps({"sketch": [0] * (MOST_PLACES + 1)}),
        '{"rate": 0}',
        '{"rate": NaN}',
        f'{{"rate": {"9" * 400}}}',
        '{"panels": ["everything"]}',
        json.dumps({"panels": ["codes"] * 11}),
        '{"snapshot": -1}',
        f'{{"snapshot": {"9" * 400}}}',
        "[" * 50_000,
        '{"rate": "' + "x" * LONGEST + '"}',
    ],
    ids=lambda text: text[:40],
)
def test_all_else_is_answered_with_a_sentence(text, kind):
    with pytest.raises(LatentLabError, match=r"^This question is (out of bounds|too long).*\.$"):
        read(text, kind)


@pytest.mark.parametrize("latents", [1, 200, 400, 3072])
def test_as_many_codes_as_fit_are_read(latents):
    codes = codes_that_fit(latents)
    longest = "[" + ",".join(["-0.00000123457"] * latents) + "]"
    assert len(read(f'{{"decode":[{",".join([longest] * codes)}]}}', PROBING).decode) == codes
    assert codes == MOST_CODES or len(longest) * (codes + 1) > LONGEST
