"""The table of analyses: one file each, one line here.

Importing this is light; what an analysis needs of scikit-learn, SciPy or UMAP it imports when it runs, on a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from core.analysis.clustering import cluster
from core.analysis.data import dataset_of, preview
from core.analysis.generation import generate
from core.analysis.projection import project
from core.analysis.reconstruction import reconstruct
from core.analysis.result import Context, Result, choose
from core.config import RunConfig
from core.errors import LatentLabError
from core.model import Capability
from core.training.loop import model_from, one_thread

__all__ = ["ANALYSES", "Analysis", "Context", "Result", "analyse", "preview"]


@dataclass(frozen=True)
class Analysis:
    """A function from a context and parameters to a result, and the capability that a model must have for it."""

    run: Callable[..., Result]
    needs: Capability

    def __call__(self, context: Context, **parameters: Any) -> Result:
        """Run on one thread, without gradients.

        Raises:
            LatentLabError: the model lacks the capability, or the parameters do not fit the data.
        """
        if self.needs not in context.model.capabilities:
            raise LatentLabError(f"This needs a model that can {self.needs}; {context.model.title} cannot.")
        # Imported here, and scikit-learn first: only the pools of libraries already loaded are limited. t-SNE takes
        # four times as long on two cores that others use too as on one, because its threads wait for each other.
        import sklearn  # noqa: F401
        from threadpoolctl import threadpool_limits

        with torch.no_grad(), one_thread(), threadpool_limits(1):
            return self.run(context, **parameters)


ANALYSES: dict[str, Analysis] = {
    "reconstruction": Analysis(reconstruct, needs="reconstruct"),
    "projection": Analysis(project, needs="encode"),
    "clustering": Analysis(cluster, needs="encode"),
    "generation": Analysis(generate, needs="sample"),
}


def analyse(name: str, config: RunConfig, state: bytes, parameters: Mapping[str, Any]) -> Result:
    """Run the analysis called `name` on the model of a run's `state`.

    Raises:
        LatentLabError: there is no such analysis, the model lacks the capability, or the parameters do not fit.
        CorruptRun: the bytes are damaged or belong to another configuration.
    """
    analysis = choose("analysis", name, ANALYSES)
    return analysis(Context(model_from(config, state), dataset_of(config), config), **parameters)
