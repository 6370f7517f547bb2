"""The queue: every owner gets as much, whoever comes anew goes first for a moment, and nobody waits for ever."""

import asyncio

import pytest

from core.engine.live import LiveRun, LiveRuns
from core.engine.pace import Pace
from core.engine.turns import FIRST_TURN, HEAD_START, LEAD, TURN, Share, Turns
from core.protocol import RATE
from tests.making import completed, config_of

SLICE = 0.1


class Class:
    """Owners who train on `places` that move at once, in seconds that nobody has to wait."""

    def __init__(self, places=8):
        self.watched = set()
        self.turns = Turns(places, lambda: self.watched)

    def come(self, owner, is_watched=True, joins=True):
        share = Share(owner)
        if joins:
            self.turns.join(owner)
        if is_watched:
            self.watched.add(share)
        self.turns.ask(share)
        self._let_in()
        return share

    def train(self, slices):
        """Let so many slices pass of all that move."""
        for _ in range(slices):
            for share in list(self.turns.moving):
                self.turns.spend(share, SLICE)
                if share.is_leaving:
                    self.leave(share)
                    self.turns.ask(share)

    def leave(self, share):
        share.inside = 0
        self.turns.end(share)
        self._let_in()

    def _let_in(self):
        for share in self.turns.give():
            share.inside = 1


def test_thirty_owners_get_the_same():
    room = Class()
    shares = [room.come(f"owner {i}") for i in range(30)]
    # Everybody has seen something move before anybody has trained for a whole turn.
    room.train(round(4 * FIRST_TURN / SLICE))
    assert all(share.used > 0 for share in shares)
    assert max(share.used for share in shares) < TURN
    room.train(600)
    used = [share.used for share in shares]
    assert sum(used) ** 2 / (30 * sum(seconds**2 for seconds in used)) > 0.99


def test_nobody_hands_over_while_there_is_room():
    room = Class(places=3)
    shares = [room.come(f"owner {i}") for i in range(3)]
    room.train(200)
    assert all(share.has_turn and share.taken > 19 for share in shares)


def test_three_runs_of_one_owner_get_as_much_as_one_of_another():
    room = Class(places=1)
    greedy = [room.come("greedy"), *(room.come("greedy", joins=False) for _ in range(2))]
    modest = room.come("modest")
    room.train(600)
    assert modest.used == pytest.approx(sum(share.used for share in greedy), abs=2 * TURN)
    assert max(share.used for share in greedy) - min(share.used for share in greedy) < 2 * TURN


def test_whoever_comes_anew_goes_first():
    room = Class(places=1)
    others = [room.come(f"owner {i}") for i in range(3)]
    room.train(300)
    before = sum(share.used for share in others)
    short = room.come("short")
    room.train(round((TURN + HEAD_START) / SLICE))
    assert short.used >= HEAD_START - SLICE
    assert sum(share.used for share in others) - before < 2 * TURN


def test_whoever_goes_and_comes_again_gets_no_more_than_the_others():
    room = Class(places=1)
    other = room.come("other")
    room.train(100)
    before, used = other.used, 0.0
    for _ in range(40):
        share = room.come("hopping")
        room.train(round(TURN / SLICE))
        if share.has_turn:
            room.leave(share)
        room.turns.withdraw(share)
        used += share.used
    assert used <= other.used - before + HEAD_START + 2 * TURN


def test_runs_with_a_viewer_go_before_those_without_who_get_theirs_in_the_end():
    room = Class(places=1)
    unseen, seen = room.come("unseen", is_watched=False), room.come("seen")
    room.train(round((LEAD - TURN) / SLICE))
    assert seen.used > LEAD - 3 * TURN
    room.train(round(4 * LEAD / SLICE))
    assert seen.used - unseen.used == pytest.approx(LEAD, abs=2 * TURN)
    # Whoever opens its page sees it move next.
    room.watched.add(unseen)
    room.train(round(2 * TURN / SLICE))
    assert unseen.has_turn


def test_slices_are_as_short_as_the_fastest_viewer_wants_and_each_may_change_its_mind():
    async def scenario():
        runs = LiveRuns(2, asyncio.get_running_loop())
        live = LiveRun("a", config_of(), Share("me"))
        runs.add(live)
        assert runs.slice_of(live) == 1 / RATE
        slow, fast = [2.0], [10.0]
        leave = [runs.listen("a", lambda: None, lambda rate=rate: rate[0]) for rate in (slow, fast)]
        assert runs.slice_of(live) == 1 / 10
        fast[0] = 5.0
        assert runs.slice_of(live) == 1 / 5
        leave[1]()
        assert runs.slice_of(live) == 1 / 2
        # What each has open is looked at; where nobody watches, nothing is.
        leave[0]()
        assert runs.panels_of(live) is None
        others = [runs.listen("a", lambda: None, panels=lambda name=name: [name]) for name in ("codes", "strip")]
        assert runs.panels_of(live) == {"codes", "strip"}
        others[0]()
        assert runs.panels_of(live) == {"strip"}

    completed(scenario())


def test_the_pace_counts_the_time_that_was_waited():
    pace = Pace()
    assert pace.rate == 0
    for _ in range(20):
        for seconds in (0.5, 0.5, 4.0):
            pace.count(100, seconds)
    assert pace.rate == pytest.approx(60, rel=0.2)


def test_sweeps_hand_over_as_a_whole():
    async def scenario():
        runs = LiveRuns(1, asyncio.get_running_loop())
        done = []

        async def train(live):
            slices = turns = 0
            while slices < 60:
                async with runs.turn(live), live.share.places:
                    assert len({each.share for each in runs.all() if each.is_inside}) <= 4
                    turns += 1
                    while slices < 60 and not live.share.is_leaving:
                        runs.spend(live, SLICE)
                        slices += 1
                        await asyncio.sleep(0)
            done.append(turns)
            runs.end(live, live.status)

        tasks = []
        for sweep in range(5):
            share = runs.share_of(f"sweep {sweep}", f"owner {sweep}", 2)
            for i in range(3):
                live = LiveRun(f"{sweep} {i}", config_of(), share)
                runs.add(live)
                tasks.append(asyncio.create_task(train(live)))
                await asyncio.sleep(0)
        await asyncio.wait_for(asyncio.gather(*tasks), 20)
        assert len(done) == 15
        assert min(done) > 1

    completed(scenario())
