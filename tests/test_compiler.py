"""A worker does without PyTorch's compiler."""

import subprocess
import sys

from tests.server import ROOT

CODE = """
import sys
from core.engine.compiler import leave_out
leave_out()
import torch
weight = torch.nn.Parameter(torch.ones(()))
for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop):
    optimiser = kind([weight], lr=0.5)
    optimiser.zero_grad()
    weight.backward()
    optimiser.step()
    optimiser.load_state_dict(optimiser.state_dict())
print(weight.item() < 0, "torch._inductor" in sys.modules)
"""


def test_optimisers_step_without_the_compiler():
    printed = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed.stdout.split() == ["True", "False"]
