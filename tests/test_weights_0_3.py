"""From the first weights that version 0.3 drew, training comes to the same weights as there, bit for bit.

Version 0.3 drew all weights from one stream, the one that batches and noise are drawn from.
"""

import hashlib
import json
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core import RunConfig
from core.models import deep_embedded_clustering
from core.nn import initialization
from core.training.loop import Training, one_thread

# Made by version 0.3: of every model on one dataset for each kind, the configuration, a hash of each tensor of its
# state after 30 steps, and the sum of their absolute values.
FIXTURE = json.loads((Path(__file__).parent / "fixtures" / "weights_0_3.json").read_text())


def digest(tensor: Tensor) -> str:
    return hashlib.sha256(tensor.detach().contiguous().numpy().tobytes()).hexdigest()[:16]


def arithmetic() -> str:
    """A hash of sums that another processor, or another build of torch, orders otherwise."""
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(32, 1, 8, 8, generator=rng)
    dense, convolution, recurrence = nn.Linear(64, 48), nn.Conv2d(1, 4, 3), nn.LSTM(8, 6, batch_first=True)
    with one_thread(), torch.no_grad():
        for network in (dense, convolution, recurrence):
            for weight in network.parameters():
                weight.normal_(generator=rng)
        parts = [dense(x.flatten(1)).tanh(), convolution(x).sigmoid(), recurrence(x.squeeze(1))[0].softmax(dim=2)]
    return digest(torch.cat([part.flatten() for part in parts]))


@pytest.fixture
def one_stream(monkeypatch):
    """All that is drawn comes from the run's own stream."""
    for module in (initialization, deep_embedded_clustering):
        monkeypatch.setattr(module, "draw_seed", lambda rng: rng)
        monkeypatch.setattr(module, "stream", lambda rng, name: rng)


@pytest.mark.parametrize(
    "made", FIXTURE["runs"], ids=lambda made: f"{made['config']['model']}-{made['config']['dataset']}"
)
def test_weights_are_those_of_version_0_3(made, one_stream):
    training = Training(RunConfig.model_validate_json(json.dumps(made["config"])))
    training.advance()
    weights = list(training.model.state_dict().values())
    if arithmetic() == FIXTURE["arithmetic"]:
        assert [digest(weight) for weight in weights] == made["weights"]
    # On another processor the last bits differ, and thirty steps make a little more of them.
    total = sum(float(weight.double().abs().sum()) for weight in weights)
    assert total == pytest.approx(made["sum"], rel=1e-3)
