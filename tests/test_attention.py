"""Looking takes its share of the time, and each view has its share of looking."""

from collections import Counter

import pytest

from core.training import attention as module
from core.training.attention import Attention
from core.training.loop import Training
from core.training.observer import SIGHTS
from tests.making import config_of


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on when it is told to."""

    class Clock:
        now = 0.0

    monkeypatch.setattr(module.time, "perf_counter", lambda: Clock.now)
    return Clock


def watched(clock, costs: dict[str, float], looks: int, earned: float = 0.01) -> Counter[str]:
    """How often each view was renewed in so many looks, each of which `earned` seconds more."""
    attention, seen = Attention(), Counter()
    for _ in range(looks):
        attention.earn(earned)
        for view in attention.affordable(costs):
            clock.now += costs[view]
            seen[view] += 1
    return seen


def test_everything_is_renewed_every_time_where_that_is_cheap(clock):
    assert watched(clock, {"codes": 0.003, "samples": 0.004}, 100) == {"codes": 100, "samples": 100}


def test_looking_takes_no_more_than_its_share_whatever_it_costs(clock):
    for costs in ({"codes": 0.5}, {"codes": 0.02, "samples": 0.03, "decoded": 0.11}, {"codes": 0.001, "samples": 2.0}):
        seen = watched(clock, costs, 4000)
        spent = sum((seen[view] - 1) * cost for view, cost in costs.items())
        assert spent <= 0.01 * 4000
        # And it makes use of it: what is left would not renew everything once more.
        assert spent >= 0.01 * 4000 - 2 * sum(costs.values())


def test_what_is_cheap_does_not_wait_for_what_is_dear_and_the_dear_is_never_forgotten(clock):
    seen = watched(clock, {"pictures": 0.001, "samples": 0.002, "codes": 0.02}, 1000)
    # Once, before anything is known, codes are waited for.
    assert min(seen["pictures"], seen["samples"]) >= 997
    # 10 ms a look, of which the others take 3.
    assert seen["codes"] == pytest.approx(1000 * 0.007 / 0.02, rel=0.01)


def test_views_are_as_fresh_as_they_can_be(clock):
    costs = {"pictures": 0.02, "samples": 0.04, "codes": 0.08}
    seen = watched(clock, costs, 30000)
    # r = B / Σ √c / √c minimises Σ 1 / r where Σ c r = B.
    roots = {view: cost**0.5 for view, cost in costs.items()}
    for view, root in roots.items():
        assert seen[view] == pytest.approx(0.01 * 30000 / sum(roots.values()) / root, rel=0.02)


def test_what_is_cheap_passes_a_very_dear_one_that_waits_and_leaves_it_two_thirds(clock):
    costs = {"pictures": 0.01, "samples": 2.0}
    seen = watched(clock, costs, 8000, earned=0.006)
    assert seen["samples"] == pytest.approx(8000 * 0.004 / 2.0, abs=2)
    assert seen["pictures"] == pytest.approx(8000 * 0.002 / 0.01, rel=0.05)


def test_something_is_new_soon_where_each_view_costs_many_looks(clock):
    costs = {"pictures": 0.03, "codes": 0.24, "trajectory": 0.06}
    attention, last, longest = Attention(), 0, 0
    for look in range(4000):
        attention.earn(0.006)
        for view in attention.affordable(costs):
            clock.now += costs[view]
            # What is saved up at first is spent by then.
            longest = max(longest, look - last) if look > 500 else 0
            last = look
    # A third of what is earned pays for pictures every fifteen looks; codes alone would take forty.
    assert longest <= 16


def test_a_view_that_is_opened_later_leaves_the_others_their_share(clock):
    attention, seen = Attention(), Counter()
    for look in range(1000):
        attention.earn(0.01)
        for view in attention.affordable(("codes", "decoded") if look == 0 or look >= 800 else ("codes",)):
            clock.now += 0.02
            seen[view] += look >= 800
    assert seen["codes"] == pytest.approx(50, abs=2)
    assert seen["decoded"] == pytest.approx(50, abs=2)


def test_views_that_cannot_be_paid_for_stay_as_they_were():
    training = Training(config_of("vae", steps=30, latent_size=2))
    attention = Attention()
    first = training.snapshot({}, attention)
    assert first.views.keys() == training.snapshot().views.keys()
    # The second time tells what each takes; now there is less than nothing left.
    training.snapshot({}, attention)
    training.advance(10)
    second = training.snapshot({}, attention)
    assert (second.step, second.since) == (10, 0)
    for name, view in first.views.items():
        assert (second.views[name] == view).all()
    attention.earn(60.0)
    third = training.snapshot({}, attention)
    for name in ("codes", "samples", "reconstructions", "decoded"):
        assert (third.views[name] != first.views[name]).any()
    # In the end everything is of the same step.
    whole, again = training.snapshot(), Training(training.config)
    assert whole.since is third.since is None
    again.restore(training.state())
    assert all((view == whole.views[name]).all() for name, view in again.snapshot().views.items())


def test_what_is_looked_at_does_not_change_the_run():
    often, never = (Training(config_of("gan", "ring", steps=20)) for _ in range(2))
    attention = Attention()
    while not often.done:
        often.advance(3)
        attention.earn(0.002)
        often.snapshot({}, attention)
    never.advance()
    weights = never.model.state_dict()
    assert all((value == weights[name]).all() for name, value in often.model.state_dict().items())


def test_every_sight_has_views_of_its_own():
    trainings = [
        Training(config_of(*names, steps=2))
        for names in (("vae", "ring"), ("gan", "ring"), ("sparse_autoencoder",), ("recurrent_clustering", "waves"))
    ]
    owners: dict[str, set[str]] = {}
    for training in trainings:
        training.snapshot()
        for sight, views in training.observer.seen.items():
            for view in views:
                owners.setdefault(view, set()).add(sight)
    assert all(len(sights) == 1 for sights in owners.values())
    assert set().union(*owners.values()) == set(SIGHTS)


def test_a_slow_first_time_or_a_busy_moment_stops_nothing(clock):
    attention, seen = Attention(), Counter()
    for look in range(400):
        attention.earn(0.01)
        for view in attention.affordable(("codes", "samples")):
            clock.now += {0: 3.0, 200: 0.5}.get(look, 0.004)
            seen[view] += 1
    # Half a second is paid back in fifty looks of two views.
    assert min(seen.values()) >= 400 - 110
