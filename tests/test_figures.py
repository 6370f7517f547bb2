"""Figures that stand still: one frame, points outside it counted, clusters with marks and letters of their own."""

import numpy as np
import pytest

from core.looks import NOISE, ROLES, cluster_mark, cluster_name
from pages.ui.encoding import pack
from pages.ui.figures import points, points_by_cluster, points_by_role
from tests.making import normal

NOTHING = np.zeros((0, 2), np.float32)


def ground(prior="normal", latents=2, spreads=NOTHING):
    return {"low": [-3, -4], "high": [4, 3], "latents": latents, "prior": prior, "spreads": pack(spreads)}


def texts(figure):
    return [each.text for each in figure.layout.annotations]


def test_points_of_the_plane_are_shown_in_the_frame_of_their_data():
    x = np.array([[0, 0], [3, 0], [0, -2.5], [np.inf, 1], [2, -2]])
    figure = points_by_role({"real": x[:1], "generated": x}, (-2.0, 2.0))
    assert (figure.layout.xaxis.range, figure.layout.yaxis.range) == ((-2, 2), (-2, 2))
    assert figure.layout.xaxis.constrain == "domain"
    assert texts(figure) == ["3 outside"]
    assert [trace.marker.color for trace in figure.data] == [ROLES["real"], ROLES["generated"]]
    assert texts(points(x[:1], None, (), (-2.0, 2.0))) == []


def test_classes_have_their_names_in_the_legend():
    figure = points(np.zeros((3, 2)), np.array([2, 0, 2]), ("one", "two", "three"), (-1.0, 1.0))
    assert [trace.name for trace in figure.data] == ["one", "three"]


def test_clusters_are_hollow_and_have_letters_at_their_middles():
    x = np.array([[0, 1], [0, 2], [0, 3], [9, 9], [1, 1]])
    figure = points_by_cluster(x, np.array([2, 2, 2, NOISE, 0]), ground())
    assert [trace.name for trace in figure.data] == ["noise", "A", "C"]
    assert figure.data[2].marker.symbol == f"{cluster_mark(2).shape}-open"
    letter = next(each for each in figure.layout.annotations if cluster_name(2) in each.text)
    assert (letter.x, letter.y) == (0, 2)
    assert "1 outside" in texts(figure)
    assert (figure.layout.xaxis.range, figure.layout.yaxis.range) == ((-3, 4), (-4, 3))


@pytest.mark.parametrize(
    ("prior", "latents", "reaches"),
    [("normal", 2, [1, 2]), ("normal", 8, [1, 2]), ("uniform", 2, [1]), ("uniform", 8, []), (None, 2, [])],
)
def test_the_prior_is_drawn_where_it_has_a_shape(prior, latents, reaches):
    figure = points_by_cluster(np.zeros((3, 2)), np.zeros(3), ground(prior, latents))
    assert [shape.x1 for shape in figure.layout.shapes] == reaches


def test_ellipses_reach_one_standard_deviation():
    means, spreads = normal(5, 2).numpy(), np.full((3, 2), [0.5, 0.25], np.float32)
    ellipses = points_by_cluster(means, np.zeros(5), ground(spreads=spreads)).data[-1]
    for values, axis, reach in ((ellipses.x, 0, 0.5), (ellipses.y, 1, 0.25)):
        lines = values.reshape(3, -1)
        np.testing.assert_allclose(np.nanmax(lines, axis=1) - means[:3, axis], reach, rtol=1e-5)
        np.testing.assert_allclose(np.nanmin(lines, axis=1) - means[:3, axis], -reach, rtol=1e-5)
