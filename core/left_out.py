"""Classes that training never sees."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from core.errors import Unsuitable
from core.hyperparameters import Classes, Hyperparameters, knob


class Labelled(Hyperparameters):
    """What data with labels are trained without."""

    left_out: Classes = knob(
        (),
        group="Data",
        label="Left out of training",
        help="Classes kept from training but not from the held-out samples, where their reconstructions then fail.",
    )

    def kept(self, y: torch.Tensor, label_names: Sequence[str]) -> torch.Tensor:
        """Which training samples are seen, (N,) of True or False, by their labels (N,).

        Raises:
            Unsuitable: there is no such class, or no sample would be left.
        """
        self.check(label_names)
        seen = ~torch.isin(y, torch.tensor([label_names.index(name) for name in self.left_out]))
        if not seen.any():
            raise Unsuitable("Every training sample is of a class that is left out of training: leave some in.")
        return seen

    def check(self, label_names: Sequence[str]) -> None:
        """Check what is left out against the classes that there are.

        Raises:
            Unsuitable: there is no such class, or none would be left.
        """
        for name in self.left_out:
            if name not in label_names:
                known = ", ".join(label_names) or "none, for these data have no labels"
                raise Unsuitable(f"There is no class called {name!r} to leave out of training; there are {known}.")
        if label_names and set(label_names) == set(self.left_out):
            raise Unsuitable("All classes are left out of training: leave some in.")
