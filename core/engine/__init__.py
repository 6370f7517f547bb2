"""The engine: worker processes, the queue of runs, and the store on disk."""

from core.engine.engine import Analysis, Engine, LiveRun
from core.engine.store import Record, RunStore, Status

__all__ = ["Analysis", "Engine", "LiveRun", "Record", "RunStore", "Status"]
