"""What a number means: each metric is declared once, beside the model or the analysis that measures it."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal

from core.glossary import explained

Better = Literal["lower", "higher"]
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# From here on a number is written with a power: what ran away has no digits after the point.
IMMENSE = 1e7


def readable(number: str) -> str:
    """A number that Python wrote as people write it: "-1.5e-05" is "−1.5 × 10⁻⁵"."""
    digits, _, power = number.partition("e")
    return digits.replace("-", "−") + (f" × 10{str(int(power)).translate(RAISED)}" if power else "")


def rounded(value: float, digits: int) -> str:
    """A number to so many digits that count, all of those before the point among them: "0.012", "1,234"."""
    short = f"{value:.{digits}g}"
    return readable(f"{value:,.0f}" if "e+" in short else short)


@dataclass(frozen=True)
class Metric:
    """A number that is measured, as curves, tables and read-outs need to know it.

    `format` is Python's for the number alone, such as ".3g". Shares, 0 to 1, have the unit "%" and are shown as
    percentages. Metrics are drawn into one plot only if they have one unit. `better` is None where neither direction
    is; then less of it may still be better as long as another one, its `bound`, is about as good as it can be. `help`
    says in one sentence what it means, `explanation` also which way is good and what its terms are. `limits` are the
    worst and the best value of a score that has both: its axes go from one to the other.
    """

    name: str
    title: str
    unit: str
    format: str
    better: Better | None
    help: str
    limits: tuple[float, float] | None = None
    bound: Metric | None = None

    @property
    def explanation(self) -> str:
        """The help, which way is good, and the meaning of each term of the glossary that stands in title or help."""
        way = f" {self.better.capitalize()} is better." if self.better else ""
        if self.bound is not None:
            way = f" Lower is better as long as {self.bound.title} is hardly worse for it."
        return explained(f"{self.title} {self.help}", self.help + way)

    def text(self, value: float, spread: float | None = None) -> str:
        """A value with its unit, and its spread if it is given: "24.1 nats", "93 ± 2 %"."""
        beside = "" if spread is None else f" ± {self._number(spread)}"
        return f"{self._number(value)}{beside} {self.unit}".strip()

    def _number(self, value: float) -> str:
        shown = 100 * value if self.unit == "%" else value
        number = format(shown, self.format if abs(shown) < IMMENSE else ".4g")
        if float(number) == 0:
            # What rounds to nothing has no sign, and is less than what the last digit counts.
            least = format(10.0 ** -int(self.format[1:-1]), self.format)
            number = f"< {least}" if value > 0 else number.lstrip("-")
        return readable(number)


def measured(
    title: str,
    unit: str,
    format: str,
    better: Better | None,
    help: str,
    default: Any = MISSING,
    limits: tuple[float, float] | None = None,
) -> Any:
    """A field of a dataclass that is a metric, called by the field's name; the other facts are those of `Metric`."""
    facts = {"title": title, "unit": unit, "format": format, "better": better, "help": help, "limits": limits}
    return field(default=default, metadata={"metric": facts})


class Measured:
    """Base of dataclasses with fields made by `measured`."""

    @classmethod
    def metrics(cls) -> dict[str, Metric]:
        """The metrics among the fields, by name."""
        declared = {entry.name: entry.metadata for entry in fields(cls)}  # type: ignore[arg-type]
        return {name: Metric(name, **facts["metric"]) for name, facts in declared.items() if "metric" in facts}

    def text(self, name: str) -> str:
        """The value of the metric called `name` as people read it: "24.1 nats"."""
        return self.metrics()[name].text(getattr(self, name))


# What all models that reconstruct report of validation samples.
MSE = Metric(
    "mse",
    "MSE",
    "",
    ".4f",
    "lower",
    "The mean squared difference of a value and its reconstruction, without corruption; 0 is perfect.",
)
# What all models report that are given labels, of samples whose labels they do not see.
ACCURACY = Metric(
    "accuracy",
    "Classes told",
    "%",
    ".1f",
    "higher",
    "The share of samples whose class the network names rightly from the sample alone: none of those whose class was "
    "left out of training.",
    limits=(0.0, 1.0),
)
# Of a step, not of samples: the one number that training measures and nobody else can.
GRADIENT_NORM = Metric(
    "gradient_norm",
    "Gradient's norm",
    "",
    ".3g",
    None,
    "How long the gradient was before any clipping, mean over steps: peaks are steps that would have gone too far.",
)
