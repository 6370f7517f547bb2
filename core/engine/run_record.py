"""What is known of a run without its weights, in its folder.

run.json       name, owner, status and where the run stood when its status last changed
owner.json     the owner once more, for the day that run.json is damaged: nobody else may change the run
history        a line for each step that was observed since the first
config.json    the configuration
spec.json      what one sample of its data is
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.aliases import current_metrics
from core.config import RunConfig
from core.dataset import DataSpec
from core.engine import history
from core.engine.record import INTERRUPTED, Record, Seconds, Step, Time
from core.errors import CorruptRun
from core.files import write
from core.protocol import Status
from core.sealed import seal, unseal
from core.sentences import sentences

FILE, OWNER, HISTORY, CONFIG, SPEC = "run.json", "owner.json", "history", "config.json", "spec.json"
LOST = "Its file run.json is {what}, so its name is lost, and how it ended. Resume to go on, or rename it."


class Kept(BaseModel):
    """What `run.json` holds of a record."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: str
    owner: str
    created: Time
    status: str
    reason: str
    step: Step
    seconds: Seconds
    metrics: dict[str, float]


def write_record(folder: Path, record: Record) -> None:
    """Keep a run's record, in place of an earlier one."""
    write(folder / FILE, seal({name: getattr(record, name) for name in Kept.model_fields}, indent=2))


def write_owner(folder: Path, owner: str) -> None:
    """Keep whose a run or a sweep is, beside the file that says all of it."""
    write(folder / OWNER, seal(owner))


def read_owner(folder: Path) -> str:
    """Whose a run or a sweep is whose record is lost, or "" where that is, too."""
    try:
        return str(unseal((folder / OWNER).read_bytes()))
    except (OSError, ValueError):
        return ""


def read_record(folder: Path) -> Record:
    """The record of a run that no server is training now; of what is damaged, as much as other files tell."""
    record = _record(folder)
    if record.status.is_moving:
        record = replace(record, status=Status.INTERRUPTED, reason=INTERRUPTED)
    last = history.last(folder / HISTORY)
    if last is None or last.step < record.step:
        return record
    seconds = record.seconds if last.seconds is None else last.seconds
    return replace(record, step=last.step, seconds=seconds, metrics=current_metrics(last.metrics))


def write_config(folder: Path, config: RunConfig) -> None:
    """Keep a run's configuration, in place of an earlier one."""
    write(folder / CONFIG, seal(config.model_dump(mode="json"), indent=2))


def read_config(folder: Path) -> RunConfig:
    """A run's configuration.

    Raises:
        CorruptRun: it is damaged, or not there.
    """
    try:
        return RunConfig.model_validate_json(json.dumps(unseal((folder / CONFIG).read_bytes())))
    except OSError as error:
        raise CorruptRun(f"Its configuration cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise CorruptRun("Its configuration is damaged: " + " ".join(sentences(error))) from error
    except ValueError as error:
        raise CorruptRun(f"Its configuration is damaged: {error}") from error


def write_spec(folder: Path, spec: DataSpec) -> None:
    """Keep what one sample of a run's data is."""
    write(folder / SPEC, seal(json.loads(spec.to_json()), indent=2))


def read_spec(folder: Path) -> DataSpec:
    """What one sample of a run's data is.

    Raises:
        CorruptRun: it is damaged, or not there.
    """
    try:
        return DataSpec.from_json(json.dumps(unseal((folder / SPEC).read_bytes())))
    except FileNotFoundError as error:
        raise CorruptRun("Nothing tells what its samples were: no data and no snapshot are left.") from error
    except OSError as error:
        raise CorruptRun(f"What its samples are cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CorruptRun(f"What its samples are is damaged: {error}") from error


def _record(folder: Path) -> Record:
    """A run as `run.json` has it, or, where that is damaged, as a run without a name."""
    try:
        kept = Kept.model_validate(unseal((folder / FILE).read_bytes()))
        status, reason = status_of(kept.status, kept.reason)
        changed = {"status": status, "reason": reason, "metrics": current_metrics(kept.metrics)}
        return Record(id=folder.name, **{**vars(kept), **changed})
    except FileNotFoundError:
        what = "missing"
    except OSError as error:
        what = f"unreadable ({error.strerror})"
    except ValueError:
        what = "damaged"
    return Record(
        id=folder.name,
        name="Recovered run",
        created=_oldest(folder),
        status=Status.INTERRUPTED,
        step=0,
        seconds=0.0,
        reason=LOST.format(what=what),
        metrics={},
        owner=read_owner(folder),
    )


def _oldest(folder: Path) -> float:
    """When the oldest of what can be seen in a folder was written, in seconds since 1970."""
    times = [folder.stat().st_mtime]
    with suppress(OSError):
        # What a link names may be gone.
        times.extend(path.lstat().st_mtime for path in folder.iterdir())
    return min(times)


def status_of(text: str, reason: str) -> tuple[Status, str]:
    """A status as it is kept, and the reason for it."""
    try:
        return Status(text), reason
    except ValueError:
        return Status.QUARANTINED, f"Its status, {text!r}, is none that this version knows."
