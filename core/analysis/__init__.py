"""The table of analyses: one file each, one line here.

Importing this is light; what an analysis needs of scikit-learn, SciPy or UMAP it imports when it runs, on a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

import torch

from core.analysis.anomaly import detect
from core.analysis.arithmetic import arithmetic
from core.analysis.augmentation import augment
from core.analysis.cluster_density import density
from core.analysis.cluster_number import number_of_clusters
from core.analysis.clustering import cluster, score_clusters
from core.analysis.code_book import code_book
from core.analysis.completion import complete
from core.analysis.compression import compress
from core.analysis.continuation import go_on
from core.analysis.copying import find_copies
from core.analysis.data import Preview, preview
from core.analysis.denoising import denoise
from core.analysis.disentanglement import disentangle
from core.analysis.embedding import METHODS
from core.analysis.few_labels import few_labels
from core.analysis.fidelity import judge
from core.analysis.flowing import flow
from core.analysis.generation import generate
from core.analysis.likelihood import estimate
from core.analysis.parts import PlottedSamples, plotted
from core.analysis.projection import project
from core.analysis.reconstruction import reconstruct
from core.analysis.remembering import remember
from core.analysis.result import Context, Follow, Report, Result, choose, ignore_progress, never_stop
from core.analysis.sample_map import map_samples
from core.analysis.slow_motion import slow_motion
from core.analysis.two_sample import compare_samples
from core.analysis.unfolding import unfold
from core.analysis.units import survey
from core.analysis.unpacking import unpack
from core.analysis.yardstick import measure
from core.config import RunConfig
from core.dataset import DataSpec
from core.datasets import dataset_of
from core.errors import LatentLabError
from core.home import Home
from core.model import Capability, Model
from core.training.checkpoint import axes_of, model_of
from core.training.loop import Training, one_thread

__all__ = [
    "ANALYSES",
    "Analysis",
    "Context",
    "PlottedSamples",
    "Preview",
    "Result",
    "analyse",
    "moves",
    "name_of",
    "plotted",
    "preview",
]

R = TypeVar("R", bound=Result)


@dataclass(frozen=True)
class Analysis(Generic[R]):
    """A function from a context and parameters to a result, and the capability that a model needs for it.

    `of_autoencoders`: its decoder must undo its encoder, too, which that of a GAN does not. `of_labels`: the data must
    have some. `of_factors`: the data must have been made from several factors that are known. `before_labels`: it asks
    what labels add, so the model must not have been given any.
    """

    function: Callable[..., R]
    needs: Capability
    of_autoencoders: bool = False
    of_labels: bool = False
    of_factors: bool = False
    before_labels: bool = False

    @property
    def result(self) -> type[R]:
        """The type of its result, as the function states it."""
        result: type[R] = get_type_hints(self.function)["return"]
        return result

    def fits(self, model: type[Model]) -> bool:
        """Whether models of this type can be analysed so."""
        is_told = self.before_labels and model.needs_labels
        return self.needs in model.capabilities and (model.autoencodes or not self.of_autoencoders) and not is_told

    def fits_data(self, spec: DataSpec) -> bool:
        """Whether data of this kind have the labels or the factors that it asks for."""
        return (bool(spec.label_names) or not self.of_labels) and (len(spec.known_factors) > 1 or not self.of_factors)

    def __call__(self, context: Context, **parameters: Any) -> R:
        """Run on one thread, without gradients.

        Raises:
            LatentLabError: the model cannot be analysed so, or the parameters do not fit the data.
        """
        if not self.fits(type(context.model)):
            what = "a decoder of its own codes" if self.of_autoencoders else f"the capability {self.needs}"
            untold = ", trained without labels" if self.before_labels else ""
            raise LatentLabError(f"This needs a model with {what}{untold}; {context.model.title} lacks it.")
        # Imported here, and scikit-learn first: only the pools of libraries already loaded are limited. t-SNE takes
        # four times as long on two cores that others use too as on one, because its threads wait for each other.
        import sklearn  # noqa: F401
        from threadpoolctl import threadpool_limits

        with torch.no_grad(), one_thread(), threadpool_limits(1):
            return self.function(context, **parameters)


ANALYSES: dict[str, Analysis[Any]] = {
    "reconstruction": Analysis(reconstruct, needs="reconstruct"),
    "denoising": Analysis(denoise, needs="reconstruct"),
    "units": Analysis(survey, needs="encode"),
    "projection": Analysis(project, needs="encode"),
    "clustering": Analysis(cluster, needs="encode"),
    "clustering_scores": Analysis(score_clusters, needs="encode"),
    "cluster_number": Analysis(number_of_clusters, needs="encode"),
    "density": Analysis(density, needs="encode"),
    "generation": Analysis(generate, needs="decode"),
    "flow": Analysis(flow, needs="flow"),
    "code_book": Analysis(code_book, needs="index"),
    "fidelity": Analysis(judge, needs="decode"),
    "two_sample": Analysis(compare_samples, needs="decode"),
    "sample_map": Analysis(map_samples, needs="decode"),
    "copying": Analysis(find_copies, needs="decode"),
    "likelihood": Analysis(estimate, needs="likelihood"),
    "arithmetic": Analysis(arithmetic, needs="reconstruct", of_autoencoders=True),
    "anomaly": Analysis(detect, needs="reconstruct"),
    "few_labels": Analysis(few_labels, needs="encode", of_labels=True, before_labels=True),
    "augmentation": Analysis(augment, needs="decode", of_labels=True, before_labels=True),
    "completion": Analysis(complete, needs="reconstruct"),
    "continuation": Analysis(go_on, needs="predict"),
    "compression": Analysis(compress, needs="reconstruct", of_autoencoders=True),
    "unpacking": Analysis(unpack, needs="reconstruct", of_autoencoders=True),
    "disentanglement": Analysis(disentangle, needs="encode", of_autoencoders=True, of_factors=True),
    "unfolding": Analysis(unfold, needs="trajectory"),
    "remembering": Analysis(remember, needs="trajectory"),
    "slow_motion": Analysis(slow_motion, needs="encode"),
    "yardstick": Analysis(measure, needs="decode"),
}


def name_of(function: Callable[..., Result]) -> str:
    """What an analysis is called in the table."""
    return next(name for name, analysis in ANALYSES.items() if analysis.function is function)


def moves(name: str, parameters: Mapping[str, Any]) -> bool:
    """Whether an analysis moves points step by step, which takes long: what comes at once goes before it."""
    method = METHODS.get(parameters.get("method", ""))
    return name == "projection" and method is not None and method.steps > 0


def analyse(
    name: str,
    config: RunConfig,
    state: bytes,
    parameters: Mapping[str, Any],
    home: Home | None = None,
    report: Report = ignore_progress,
    follow: Follow = never_stop,
) -> Result:
    """Run the analysis called `name` on the model of a run's `state`; `report` is called with the share done, 0 to 1.

    Points that move are shown to `follow`, which may have them stop.

    Raises:
        LatentLabError: there is no such analysis, the model lacks the capability, or the parameters do not fit.
        UnknownDataset: the run's data were deleted.
        CorruptRun: the bytes are damaged or belong to another configuration.
    """
    analysis = choose("analysis", name, ANALYSES)
    dataset = dataset_of(config.dataset, config.seed, config.data, home or Home())
    model, axes = model_of(config, dataset.spec, state), axes_of(state)

    def resume() -> Training:
        training = Training(config, home)
        training.restore(state)
        return training

    result: Result = analysis(Context(model, dataset, config, report, axes, follow, resume), **parameters)
    return result
