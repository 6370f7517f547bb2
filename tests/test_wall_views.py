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


# A cell of a wall whose only point stands at `x` at a step, and the page's clock.
CELL = """
  let now = 0;
  performance.now = () => now;
  const plane = (x) => ({ range: [0, 1], values: new Float32Array([x, 0]) });
  const seen = (step, x) => ({ snapshot: { step, views: { plane: plane(x) } } });
  const cells = [true, false].map((isSeen) => ({ element: { isSeen } }));
  const at = (cell) => [onItsWay(cell).snapshot.views.plane.values[0], onItsWay(cell).tip];
"""


def test_tiles_in_sight_glide_from_picture_to_picture_until_they_are_there():
    way = f"""(() => {{ {CELL}
  const drawn = [];
  const draw = (moving) => {{
    drawn.push(moving.map((cell) => [cells.indexOf(cell), ...at(cell)]));
    now += 200;
  }};
  const again = () => goOn(cells, draw, again);
  again.after = again;
  for (const cell of cells) setOut(cell, seen(0, 0), false);
  again();
  now = 400;
  for (const cell of cells) setOut(cell, seen(100, 8), false);
  again();
  return drawn;
}})()"""
    # Nothing moves at first, and what is out of sight is not drawn.
    assert computed("wall_motion.js", way) == [[[0, 0, 0]], [[0, 4, 50]], [[0, 8, 100]]]


def test_a_wall_that_is_saved_or_shows_many_tiles_cuts():
    way = f"""(() => {{ {CELL}
  setOut(cells[0], seen(0, 0), false);
  now = 400;
  setOut(cells[0], seen(100, 8), true);
  const many = Array.from({{ length: 13 }}, () => cells[0]);
  return [at(cells[0]), mayMove(many), mayMove(many.slice(1)), mayMove([...many.slice(1), cells[1]])];
}})()"""
    assert computed("wall_motion.js", way) == [[8, 100], False, True, True]


def test_a_slider_over_runs_does_not_wait_as_long_as_a_picture_stood():
    way = f"""(() => {{ {CELL}
  setOut(cells[0], seen(0, 0), false);
  now = 5000;
  setOut(cells[0], seen(100, 8), false, 200);
  now += 100;
  return at(cells[0]);
}})()"""
    assert computed("wall_motion.js", way) == [4, 50]
