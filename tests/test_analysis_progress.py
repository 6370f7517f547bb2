"""What an analysis says about how far it is."""

from dataclasses import replace

import pytest
import torch

from core import RunConfig, load_dataset
from core.analysis import ANALYSES, Context
from core.analysis.data import BATCH, outputs
from core.analysis.reconstruction import SEARCHED
from core.model import Model
from tests.making import blobs, context


class Echo(Model):
    """Answers with what it was asked, and remembers how many samples came at once."""

    title = "Echo"
    capabilities = frozenset({"reconstruct"})
    latents = 2

    def __init__(self, autoencodes=True):
        torch.nn.Module.__init__(self)
        self.autoencodes = autoencodes
        self.asked = []

    def reconstruct(self, x):
        self.asked.append(len(x))
        return x


def test_each_batch_is_reported_after_it_is_done():
    x, model, said = torch.arange(7.0)[:, None], Echo(), []
    answer = outputs(model.reconstruct, x, report=lambda share: said.append((share, sum(model.asked))), batch=3)
    assert torch.equal(answer, x)
    assert said == [(3 / 7, 3), (6 / 7, 6), (1.0, 7)]


def test_clusters_are_reported_start_by_start_and_a_judge_class_by_class():
    data, shares = blobs(), []
    ready = replace(context(data=data), report=shares.append)
    ANALYSES["clustering_scores"](ready, clusters=4, restarts=5)
    # Five starts in each of three spaces, and their scores.
    assert len(shares) == 3 * 5 + 3
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    shares.clear()
    ready.model.memory = data.test.x
    ANALYSES["fidelity"](ready)
    assert len(shares) >= 4 + 2
    assert shares == sorted(shares)


@pytest.mark.parametrize(("autoencodes", "batch"), [(True, BATCH), (False, SEARCHED)])
def test_a_reconstruction_that_is_a_search_is_reported_often(autoencodes, batch):
    data, model, shares = load_dataset("digits"), Echo(autoencodes), []
    config = RunConfig(dataset="digits", model="autoencoder")
    result = ANALYSES["reconstruction"](Context(model, data, config, shares.append))
    count = len(data.test.x)
    assert len(shares) == -(-count // batch)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert max(model.asked) <= batch
    assert result.model_mse == 0
