"""The scripts that hands work with: places and codes, ways between them, and strokes as pictures."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pages.ui.scripts import ASSETS

NODE = Path(sys.executable).parent / "node"


def computed(module, expression, **values):
    """What an expression of the names that a module exports, and of some values, comes to."""
    script = f"""import * as module from "{(ASSETS / module).as_uri()}";
const values = JSON.parse(process.argv[1]);
const run = new Function(...Object.keys(module), ...Object.keys(values), "return " + process.argv[2]);
console.log(JSON.stringify(run(...Object.values(module), ...Object.values(values))));"""
    command = [NODE, "--input-type=module", "-e", script, json.dumps(values), expression]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


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
