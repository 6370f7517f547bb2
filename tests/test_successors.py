"""The stage of a page hears of the next run, and nobody else does."""

from pages.ui import successors


def test_the_stage_of_the_page_is_told_and_no_other():
    heard = []
    leave_a = successors.listen("a", lambda run: heard.append(("a", run)))
    leave_b = successors.listen("b", lambda run: heard.append(("b", run)))
    successors.announce("a", "first")
    successors.announce("nobody", "second")
    # The next run's stage listens before the one of the run before has left.
    leave_new = successors.listen("a", lambda run: heard.append(("new", run)))
    leave_a()
    successors.announce("a", "third")
    leave_new()
    leave_b()
    successors.announce("a", "fourth")
    assert heard == [("a", "first"), ("new", "third")]
