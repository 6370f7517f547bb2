"""What a run's model answers while somebody drags or draws: decode this, repair this, fill this hole, encode this.

Runs in the server, which has torch: these networks answer in a millisecond, and only stored weights are used.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from core import RunConfig, Snapshot
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.errors import LatentLabError
from core.filling import fill_hole
from core.inference import decode, decodes_its_codes, prior_codes, repair
from core.inference import encode as codes_by
from core.model import Model
from core.protocol import Array
from core.selection import Samples
from core.training.checkpoint import model_of
from pages.ui.laboratory import laboratory
from pages.ui.questions import Decoding, Filling, Probing, Repairing, Seeing, Sketching

SHOWN = 12
SHOWN_POINTS = 200
# Runs of which samples are kept for holes: a page that is opened again offers them again.
OFFERED = 32
# Seconds that a worker has to load samples.
PATIENCE = 30.0

# Samples (n, …) and the mean of training samples (1, …), by the run that fills them.
_offered: dict[str, tuple[Array, Array]] = {}


def offer(run: str, samples: Array, mean: Array) -> None:
    """Let the socket ask for holes in these samples (n, …) to be filled by the run's model, from `mean` (1, …) on."""
    _offered.pop(run, None)
    _offered[run] = samples, mean
    while len(_offered) > OFFERED:
        del _offered[next(iter(_offered))]


def answer(run: str, question: Probing) -> bytes:
    """A snapshot's bytes with the pictures asked for.

    Raises:
        LatentLabError: the run is gone, has no weights yet, or the question does not fit the model.
    """
    record = _stored_run(run)
    model = _stored_model(record)
    try:
        if isinstance(question, Decoding):
            metrics, views = _decode(run, model, question)
        elif isinstance(question, Repairing):
            metrics, views = _repair(run, model, question)
        elif isinstance(question, Filling):
            metrics, views = _fill(record, model, question)
        elif isinstance(question, Seeing):
            metrics, views = {}, _see(record, model, question)
        else:
            metrics, views = {}, _sketch(model, record.spec, question)
    except (RuntimeError, LookupError, ValueError, TypeError) as error:
        raise LatentLabError(f"The model cannot answer this: {error}") from error
    return Snapshot(
        step=record.step,
        steps=record.config.steps,
        seconds=record.seconds,
        metrics=metrics,
        value_range=model.value_range,
        since=None,
        **views,
    ).to_bytes()


def prior(run: str, n: int = 1000) -> Array:
    """Codes (n, latents) that the run's model would decode for samples, always the same."""
    return prior_codes(_stored_model(_stored_run(run)), n)


def encode(run: str, samples: Array) -> Array:
    """The codes (N, latent_size) of samples (N, …) by the run's model.

    Raises:
        LatentLabError: the run is gone, or has no weights yet.
    """
    return codes_by(_stored_model(_stored_run(run)), samples)


def model_of_run(run: str) -> Model:
    """The model of a run's last checkpoint, for what is decoded while a page is drawn.

    Raises:
        LatentLabError: the run is gone, or has no weights yet.
    """
    return _stored_model(_stored_run(run))


def codes_of(run: str) -> Array:
    """Codes (N, latent_size) of validation samples in the run's last snapshot.

    Raises:
        LatentLabError: there is none.
    """
    codes = last_snapshot(run).codes
    if codes is None:
        raise LatentLabError("This run's last snapshot holds no codes.")
    return codes


def last_snapshot(run: str) -> Snapshot:
    """The last snapshot that was kept of a run, of those that can be read.

    Raises:
        LatentLabError: none was, or none can be read any more.
    """
    last = laboratory.engine.store.last_snapshot(run)
    if last is None:
        raise LatentLabError("This run has no snapshot yet. Let it train for a moment.")
    return _snapshot(run, last[0])


def _decode(run: str, model: Model, question: Decoding) -> tuple[dict[str, float], dict[str, Array]]:
    if any(len(code) != model.latents for code in question.decode):
        raise LatentLabError(f"A code of this model has {model.latents} numbers.")
    codes = torch.tensor(question.decode, dtype=torch.float32)
    views, reals = {"samples": decode(model, codes)}, last_snapshot(run).reals
    return {}, views if reals is None else {**views, "reals": reals}


def _repair(run: str, model: Model, question: Repairing) -> tuple[dict[str, float], dict[str, Array]]:
    """The first fixed validation samples, corrupted, and what the model makes of them."""
    originals = last_snapshot(run).views["originals"]
    originals = originals[: SHOWN if originals.ndim > 2 else SHOWN_POINTS]
    repaired = repair(model, originals, question.noise, question.level)
    return repaired.errors(*model.value_range), vars(repaired)


def _fill(record: ReadableRecord, model: Model, question: Filling) -> tuple[dict[str, float], dict[str, Array]]:
    """One sample's hole, filled, with the codes that a search is to go on from."""
    if record.id not in _offered:
        raise LatentLabError("These samples are no longer at hand. Reload the page.")
    codes = torch.tensor(question.codes, dtype=torch.float32) if question.codes else None
    samples, mean = _offered[record.id]
    found = fill_hole(model, record.spec, samples[question.sample], mean, question.missing, codes)
    return found.scores, {"samples": found.fills} | ({} if found.codes is None else {"codes": found.codes})


def _sketch(model: Model, spec: DataSpec, question: Sketching) -> dict[str, Array]:
    """The code (1, latent_size) of what was drawn, and what a model that decodes its codes makes of it."""
    low, high = spec.value_range
    sample = (low + (high - low) * np.array(question.sketch, np.float32)).reshape(1, *spec.shape)
    codes = codes_by(model, sample)
    rebuilt = {"reconstructions": decode(model, torch.from_numpy(codes))} if decodes_its_codes(model) else {}
    return {"codes": codes, **rebuilt}


def _see(record: ReadableRecord, model: Model, question: Seeing) -> dict[str, Array]:
    """A sample (1, …), and the same rebuilt by a model that does so without a search."""
    original = _plotted(Samples(record.config, question.of))[question.see : question.see + 1]
    if not len(original):
        raise LatentLabError(f"There is no {question.of} sample {question.see}.")
    if not (model.autoencodes and "reconstruct" in model.capabilities):
        return {"originals": original}
    return {"originals": original, "reconstructions": repair(model, original, "none", 0.0).reconstructions}


@lru_cache(maxsize=8)
def _plotted(samples: Samples) -> Array:
    try:
        return laboratory.engine.plotted(samples).future.result(PATIENCE).samples
    except TimeoutError:
        raise LatentLabError("The samples have not been loaded yet. Try again in a moment.") from None


def _stored_run(run: str) -> ReadableRecord:
    """The record of a run whose model can be asked."""
    record = laboratory.engine.store.get(run)
    if not isinstance(record, ReadableRecord):
        raise LatentLabError(f"This run cannot be opened. {record.reason}")
    return record


def _stored_model(record: ReadableRecord) -> Model:
    """The model of a run's last checkpoint."""
    return _model(
        record.config.model_dump_json(), record.spec, record.id, laboratory.engine.store.checkpoint(record.id)
    )


@lru_cache(maxsize=16)
def _model(config: str, spec: DataSpec, run: str, checkpoint: int) -> Model:
    """The model of a run's last checkpoint, kept until there is another `checkpoint`."""
    state = laboratory.engine.store.state(run)
    if state is None:
        raise LatentLabError("This run has no weights yet. Let it train for a moment.")
    return model_of(RunConfig.model_validate_json(config), spec, state)


@lru_cache(maxsize=16)
def _snapshot(run: str, step: int) -> Snapshot:
    return Snapshot.from_bytes(laboratory.engine.store.snapshot(run, step))
