"""The engine: worker processes, the queue of runs, and the store on disk."""

from core.engine.engine import Engine
from core.engine.jobs import Job
from core.engine.live import LiveRun
from core.engine.record import ReadableRecord, Record
from core.engine.store import RunStore
from core.engine.sweep_store import SweepRecord

__all__ = ["Engine", "Job", "LiveRun", "ReadableRecord", "Record", "RunStore", "SweepRecord"]
