"""What a number means: each metric is declared once, beside the model or the analysis that measures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.glossary import explained

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Metric:
    """A number that is measured, as curves, tables and read-outs need to know it.

    `format` is Python's for the number alone, such as ".3g". Shares, 0 to 1, have the unit "%" and are shown as
    percentages. Metrics are drawn into one plot only if they have one unit. `better` is None where neither direction
    is. `help` says in one sentence what it means, `explanation` also which way is good and what its terms are.
    """

    name: str
    title: str
    unit: str
    format: str
    better: Better | None
    help: str

    @property
    def explanation(self) -> str:
        """The help, which way is good, and the meaning of each term of the glossary that stands in title or help."""
        way = f" {self.better.capitalize()} is better." if self.better else ""
        return explained(f"{self.title} {self.help}", self.help + way)

    def text(self, value: float) -> str:
        """A value with its unit: "24.1 nats", "93 %"."""
        number = format(100 * value if self.unit == "%" else value, self.format).replace("-", "−")
        return f"{number} {self.unit}".strip()


# What all models that reconstruct report of held-out samples.
MSE = Metric(
    "mse",
    "MSE",
    "",
    ".4f",
    "lower",
    "The mean squared difference of a value and its reconstruction, without corruption; 0 is perfect.",
)
