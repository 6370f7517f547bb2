"""The scripts that hands work with: places and codes, ways between them, and strokes as pictures."""

import numpy as np
import pytest

from tests.node import computed

SPACE = "new Space(Float32Array.from(codes), Float32Array.from(points), Float32Array.from(axes))"


def test_two_latents_are_their_places_and_more_are_reached_by_their_axes():
    codes = np.random.default_rng(0).normal(size=(30, 3))
    axes = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 2)))[0]
    plain = {"codes": codes[:, :2].ravel().tolist(), "points": codes[:, :2].ravel().tolist(), "axes": [1, 0, 0, 1]}
    assert computed("space.js", f"{SPACE}.codeAt([0.3, -7])", **plain) == [0.3, -7]
    assert computed("space.js", f"{SPACE}.placeOf([0.3, -7])", **plain) == [0.3, -7]
    turned = {"codes": codes.ravel().tolist(), "points": (codes @ axes).ravel().tolist(), "axes": axes.ravel().tolist()}
    found = computed("space.js", f"{SPACE}.placeOf([1, -2, 0.5])", **turned)
    assert found == pytest.approx([1, -2, 0.5] @ axes, abs=1e-6)


def test_elsewhere_a_place_is_the_weighted_mean_of_the_codes_of_its_nearest_points():
    rng = np.random.default_rng(0)
    codes, points = rng.normal(size=(40, 5)), rng.normal(size=(40, 2))
    place = np.array([0.2, -0.1])
    moved = {"codes": codes.ravel().tolist(), "points": points.ravel().tolist(), "axes": []}
    away = ((points - place) ** 2).sum(axis=1)
    nearest = away.argsort()[:6]
    weights = 1 / away[nearest]
    by_hand = weights @ codes[nearest] / weights.sum()
    assert computed("space.js", f"{SPACE}.codeAt([0.2, -0.1])", **moved) == pytest.approx(by_hand, abs=1e-6)
    # On a point it is that point's code, and the way back leads to it.
    there = points[7].tolist()
    assert computed("space.js", f"{SPACE}.codeAt(there)", there=there, **moved) == pytest.approx(codes[7], abs=1e-5)
    own = codes[7].tolist()
    assert computed("space.js", f"{SPACE}.placeOf(own)", own=own, **moved) == pytest.approx(points[7], abs=1e-5)
    near = computed("space.js", f"{SPACE}.nearest(own, 3)", own=own, **moved)
    assert near == ((codes - codes[7]) ** 2).sum(axis=1).argsort()[:3].tolist()


def test_ways_are_even_in_length_and_in_angle():
    way = computed("space.js", "straight([0, 2], [4, 0], 5)")
    assert way == [[0, 2], [1, 1.5], [2, 1], [3, 0.5], [4, 0]]
    arc = np.array(computed("space.js", "spherical([3, 1], [1, 3], 5, [1, 1])")) - 1
    np.testing.assert_allclose(np.linalg.norm(arc, axis=1), 2)
    np.testing.assert_allclose(np.degrees(np.arctan2(arc[:, 1], arc[:, 0])), [0, 22.5, 45, 67.5, 90], atol=1e-9)
    # Through the centre, or from it, there is no arc.
    assert computed("space.js", "spherical([2, 0], [-2, 0], 3, [0, 0])") == [[2, 0], [0, 0], [-2, 0]]
    assert computed("space.js", "spherical([0, 0], [0, 2], 3, [0, 0])") == [[0, 0], [0, 1], [0, 2]]
    # A pen that rests leaves many places, which count for nothing.
    drawn = computed("space.js", "evenly([[0, 0], [0, 0], [3, 0], [3, 0], [3, 1]], 5)")
    assert drawn == [[0, 0], [1, 0], [2, 0], [3, 0], [3, 1]]


# Where samples are drawn, one of them twice and one in the notch of a square that a line goes around.
PLACES = [(4, 10, 10), (5, 30, 30), (7, 12, 8), (7, 14, 9), (9, 50, 10)]
SPOTS = [{"i": i, "box": [x - 3, y - 3, 6, 6]} for i, x, y in PLACES]
NOTCHED = [[0, 0], [60, 0], [60, 60], [40, 60], [40, 5], [20, 5], [20, 60], [0, 60]]


def test_a_line_goes_around_samples_and_each_counts_once():
    assert computed("lasso.js", "enclosed(spots, line)", spots=SPOTS, line=NOTCHED) == [4, 7, 9]


def test_the_grid_finds_what_looking_at_all_points_finds():
    rng = np.random.default_rng(0)
    # Most in the middle, some far outside of the grid's frame, one nowhere.
    points = np.concatenate([rng.normal(size=(3000, 2)), 40 * rng.normal(size=(30, 2)), [[np.nan, 0]]])
    angles = np.linspace(0, 2 * np.pi, 50)
    star = (
        300 + 200 * np.abs(np.sin(3 * angles))[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    ).tolist()
    values = {"points": np.where(np.isnan(points), None, points).ravel().tolist(), "star": star}
    values["places"] = (300 + 250 * rng.normal(size=(200, 2))).tolist()
    scale = "[(x) => 300 + 90 * x, (y) => 300 - 90 * y]"
    among = f"amongPoints(Float32Array.from(points, (x) => x ?? NaN), {scale})"
    inside, found = computed(
        "grid.js", f"((among) => [among.enclosed(star), places.map(among.under)])({among})", **values
    )
    at = 300 + 90 * points.astype(np.float32) * [1, -1]
    spots = [{"i": i, "box": [x - 3, y - 3, 6, 6]} for i, (x, y) in enumerate(at.tolist()) if np.isfinite(x)]
    assert sorted(inside) == computed("lasso.js", "enclosed(spots, star)", spots=spots, star=star)
    assert len(inside) > 500
    assert found == computed("lasso.js", "places.map((place) => under(spots, place))", spots=spots, **values)
    assert 20 < sum(i >= 0 for i in found) < 180


def test_a_line_of_few_far_corners_encloses_what_lies_between():
    points = [[0, 0], [50, 0], [0, -50], [199, 100], ["nowhere", 0], *([x / 50 - 1, x / 50 - 1] for x in range(100))]
    among = "amongPoints(Float32Array.from(points.flat()), [(x) => x, (y) => -y])"
    triangle = [[-200, 1.5], [200, 1.5], [0, -200]]
    found = computed("grid.js", f"{among}.enclosed(triangle)", points=points, triangle=triangle)
    assert sorted(found) == [0, 1, *range(5, 105)]


def test_a_lens_keeps_the_place_that_it_is_turned_at_and_stays_in_the_frame():
    def part(turned):
        return computed("lens.js", f"((lens) => {{ {turned} return lens.part([[-2, 0], [2, 4]]); }})(new Lens())")

    assert part("") == [[-2, 0], [2, 4]]
    # Twice as large around (1, 3), which lies a quarter right of and above the middle.
    assert part("lens.enlarge(2, [0.25, 0.25]);") == [[-0.5, 1.5], [1.5, 3.5]]
    assert part("lens.enlarge(2); lens.enlarge(2, [0.25, 0.25]);") == [[-0.25, 1.75], [0.75, 2.75]]
    assert part("lens.enlarge(2); lens.move([-0.25, 0]);") == [[-1.5, 1], [0.5, 3]]
    assert part("lens.enlarge(4); lens.move([9, -9]);") == [[1, 0], [2, 1]]
    assert part("lens.enlarge(4, [0.5, 0.5]); lens.enlarge(0.01);") == [[-2, 0], [2, 4]]


# A sheet with axes at two sides: the middle of the frame is not that of the sheet.
WHEEL = """(() => {
  const [lens, canvas] = [new Lens(), new EventTarget()];
  const at = { middle: [361, 225], size: [600, 400] };
  const under = () => {
    const [low, high] = lens.part([[0, 0], [6, 4]]);
    return [0, 1].map((axis) => low[axis] + shares[axis] * (high[axis] - low[axis]));
  };
  lens.listen(canvas, {}, () => at, () => {});
  const before = under();
  for (let k = 0; k < 5; k++) {
    canvas.dispatchEvent(Object.assign(new Event("wheel"), { ctrlKey: true, deltaY: -40, offsetX: x, offsetY: y }));
  }
  return [lens.by, before, under()];
})()"""


def test_a_wheel_enlarges_what_lies_under_the_pointer():
    # 0.8 of the way to the right and 0.3 of that to the top.
    by, before, after = computed("lens.js", WHEEL, shares=[0.8, 0.3], x=361 + 0.3 * 600, y=225 + 0.2 * 400)
    assert by == pytest.approx(np.exp(2))
    assert after == pytest.approx(before)


def test_numbers_of_an_axis_have_the_digits_that_tell_them_apart():
    assert computed("text.js", "onAxis([-1, -0.5, 0, 0.5])") == ["−1", "−0.5", "0", "0.5"]
    assert computed("text.js", "onAxis([1.5002, 1.5004, 1.5006])") == ["1.5002", "1.5004", "1.5006"]
    assert computed("text.js", "onAxis([1500, 1500.5])") == ["1500", "1500.5"]
    # Very large and very small ones are written as a power of ten.
    assert computed("text.js", "onAxis([-0.00002, -0.00001, 0])") == ["−2 × 10⁻⁵", "−10⁻⁵", "0"]
    assert computed("text.js", "onAxis([0, 150000, 300000])") == ["0", "1.5 × 10⁵", "3 × 10⁵"]


def test_the_neighbours_of_a_sample_are_the_others_nearest_to_it():
    codes = [[0, 0], [3, 0], [0, 1], [0, 0], [9, 9]]
    found = computed(
        "space.js",
        "new Space(Float32Array.from(codes.flat()), Float32Array.from(codes.flat()), []).neighbours(0, 3)",
        codes=codes,
    )
    assert found == [3, 2, 1]
