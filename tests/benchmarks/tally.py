"""What became of the runs through all kills."""

from __future__ import annotations

from collections import Counter

from core.home import Home

OVER = ("finished", "diverged", "quarantined")


class Tally:
    """The runs in `home` that were ever there, each with the status that its page showed last."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.statuses: dict[str, str] = {}
        # How often each was resumed after a kill.
        self.resumed: Counter[str] = Counter()
        self.servers_killed = self.workers_killed = 0
        self.problems: list[str] = []

    @property
    def unfinished(self) -> list[str]:
        """Those that can still go on."""
        return [run for run, status in self.statuses.items() if status not in OVER]

    def note_survivors(self) -> None:
        """Look for the runs on disk: which are new, and which are not there any more."""
        there = {folder.name for folder in self.home.runs.iterdir()} if self.home.runs.is_dir() else set()
        for run in self.statuses.keys() - there:
            self.problems.append(f"run {run} is lost: its folder is gone")
            del self.statuses[run]
        for run in there - self.statuses.keys():
            self.statuses[run] = ""

    def table(self) -> str:
        """The counts in lines."""
        finished = sum(status == "finished" for status in self.statuses.values())
        rows = {
            "servers killed": self.servers_killed,
            "workers killed": self.workers_killed,
            "runs": len(self.statuses),
            "runs finished": finished,
            "resumed after a kill": f"{len(self.resumed)} runs, {self.resumed.total()} times",
            "lost, or stuck, or a server that did not open": len(self.problems),
        }
        return "\n".join(f"  {what:<44}  {count}" for what, count in rows.items())
