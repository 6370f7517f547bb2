"""The table of analyses: one file each, one line here.

Importing this is light; what an analysis needs of scikit-learn, SciPy or UMAP it imports when it runs, on a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from core.analysis.anomaly import detect
from core.analysis.clustering import cluster
from core.analysis.data import counted, preview
from core.analysis.generation import generate
from core.analysis.likelihood import estimate
from core.analysis.projection import project
from core.analysis.reconstruction import reconstruct
from core.analysis.result import Context, Report, Result, choose, unheard
from core.config import RunConfig
from core.datasets import dataset_of
from core.errors import LatentLabError
from core.home import Home
from core.model import Capability, Model
from core.training.checkpoint import model_of
from core.training.loop import one_thread

__all__ = ["ANALYSES", "Analysis", "Context", "Result", "analyse", "preview"]


@dataclass(frozen=True)
class Analysis:
    """A function from a context and parameters to a result, and the capability that a model needs for it."""

    run: Callable[..., Result]
    needs: Capability

    def fits(self, model: type[Model]) -> bool:
        """Whether models of this type can be analysed so."""
        return self.needs in model.capabilities

    def __call__(self, context: Context, **parameters: Any) -> Result:
        """Run on one thread, without gradients.

        Raises:
            LatentLabError: the model lacks the capability, or the parameters do not fit the data.
        """
        if not self.fits(type(context.model)):
            raise LatentLabError(f"This needs a model that can {self.needs}; {context.model.title} cannot.")
        # Imported here, and scikit-learn first: only the pools of libraries already loaded are limited. t-SNE takes
        # four times as long on two cores that others use too as on one, because its threads wait for each other.
        import sklearn  # noqa: F401
        from threadpoolctl import threadpool_limits

        with torch.no_grad(), one_thread(), threadpool_limits(1):
            return counted(context.dataset, self.run(context, **parameters))


ANALYSES: dict[str, Analysis] = {
    "reconstruction": Analysis(reconstruct, needs="reconstruct"),
    "projection": Analysis(project, needs="encode"),
    "clustering": Analysis(cluster, needs="encode"),
    "generation": Analysis(generate, needs="sample"),
    "likelihood": Analysis(estimate, needs="likelihood"),
    "anomaly": Analysis(detect, needs="reconstruct"),
}


def analyse(
    name: str,
    config: RunConfig,
    state: bytes,
    parameters: Mapping[str, Any],
    home: Home | None = None,
    report: Report = unheard,
) -> Result:
    """Run the analysis called `name` on the model of a run's `state`; `report` hears the share done, 0 to 1.

    Raises:
        LatentLabError: there is no such analysis, the model lacks the capability, or the parameters do not fit.
        CorruptRun: the bytes are damaged or belong to another configuration.
    """
    analysis = choose("analysis", name, ANALYSES)
    dataset = dataset_of(config.dataset, config.seed, config.data, home or Home())
    return analysis(Context(model_of(config, dataset.spec, state), dataset, config, report), **parameters)
