"""Figures that stand still: one frame, points outside it counted, clusters with marks and letters of their own."""

import numpy as np

from core.looks import NOISE, ROLES, cluster_mark
from pages.ui.cloud import by_cluster
from pages.ui.figures import points, points_by_role


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


def test_clusters_are_hollow_and_have_letters():
    groups = by_cluster(np.array([2, 2, NOISE, 0, 2]))
    assert list(groups.names) == ["noise", "A", "C"]
    assert list(groups.marks) == [cluster_mark(NOISE), cluster_mark(0), cluster_mark(2)]
    assert groups.members.tolist() == [2, 2, 0, 1, 2]
    assert groups.are_hollow
