"""UMAP and a mixture, with the real UMAP: `python -m pytest -n 0 tests/benchmarks/test_umap_clusters.py`."""

import numpy as np

from core.analysis import ANALYSES
from core.analysis.cluster_scores import Spread
from tests.making import context


def test_umap_and_a_mixture_find_clear_groups_in_every_space():
    result = ANALYSES["clustering"](context(), method="umap_gmm", clusters=4, restarts=2)
    for found in result.spaces().values():
        assert found.ari == Spread(1.0, 0.0)
        assert found.restarts == 2
    np.testing.assert_array_equal(result.sizes, [20, 20, 20, 20])
