"""The engine: worker processes, the queue of runs, and the store on disk."""

from core.engine.analyses import Analysis
from core.engine.engine import Engine
from core.engine.live import LiveRun
from core.engine.record import Record
from core.engine.store import RunStore

__all__ = ["Analysis", "Engine", "LiveRun", "Record", "RunStore"]
