"""Addresses that mean harm: every page answers them with sentences, and shows nothing of them as anything but text."""

import random

import pytest
from streamlit.testing.v1 import AppTest

from core import RunConfig
from core.engine import Engine
from core.home import Home
from pages.ui.laboratory import Laboratory
from pages.ui.navigation import PAGES
from pages.ui.session import BRUSH, CHOICES, GUESS, VALUES
from tests.test_address import page

ADDRESSES = 1275
MARK = "xyzzy"
# What a browser, or Markdown, would make something of.
MARKUP = [
    f"<img src={MARK} onerror=alert(1)>",
    f"<script>{MARK}</script>",
    f"[{MARK}](javascript:alert(1))",
    f"![{MARK}](http://evil.example/{MARK}.png)",
    f"**{MARK}**",
    f"$\\{MARK}$",
    f":red[{MARK}]",
    f":material/{MARK}:",
    f"`{MARK}`",
]
ODD = [
    *("", "0", "-1", "1e309", "NaN", "1" * 400, "a" * 5000, "../../etc/passwd"),
    *("\x00", "\u202e", "٣", "' OR 1=1 --", ","),
]
NAMES = [
    *("dataset", "model", "preset", "steps", "seed", "run", "at", "before", "pinned", "sweep", "lesson", "follow"),
    *("selected", "compare", "aside", "picked", "unfolded", MARKUP[0]),
    *CHOICES,
    *(f"{prefix}{name}" for prefix in (VALUES, GUESS, BRUSH) for name in ("latent_size", MARK)),
    *(knob.name for knob in RunConfig(dataset="digits", model="vae").knobs()),
]


@pytest.fixture(scope="module", autouse=True)
def laboratory(tmp_path_factory):
    engine = Engine(Home(tmp_path_factory.mktemp("home")), workers=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Laboratory, "engine", engine)
        yield
    engine.close()


def test_nothing_of_a_hostile_address_is_anything_but_text():
    rng, answered = random.Random(0), 0
    for i in range(ADDRESSES):
        name = [*PAGES][i % len(PAGES)]
        query = {each: rng.choice([*MARKUP, *ODD]) for each in rng.sample(NAMES, rng.randint(1, 4))}
        app = AppTest.from_function(page, kwargs={"name": name}, default_timeout=60)
        for word, text in query.items():
            app.query_params[word] = text
        app.run()
        assert not app.exception, (name, query)
        answered += any(MARK in warning.value for warning in app.warning)
        for kind in ("markdown", "caption", "warning", "error", "info", "title", "header", "subheader"):
            for element in app.get(kind):
                assert not any(markup in str(element.value) for markup in MARKUP), (name, query, element.value)
    # Sentences repeat what is wrong.
    assert answered > ADDRESSES / 10
