"""What the tiles of a wall show, without a browser."""

import pytest

from tests.node import computed


@pytest.mark.parametrize(("kind", "error"), [("picture", [0.75, 0.25]), ("sound", [-0.25, 0.75])])
def test_an_error_map_says_how_far_each_value_is_off(kind, error):
    # A picture's from its darkest value on; a sound's around silence, which is half of its range.
    views = {
        "originals": {"values": [0.5, 0.25], "range": [0, 1]},
        "reconstructions": {"values": [-0.25, 0.5], "range": [0, 1]},
    }
    found = computed("wall_views.js", "Array.from(errorsOf(views, { kind }).values)", views=views, kind=kind)
    assert found == error
