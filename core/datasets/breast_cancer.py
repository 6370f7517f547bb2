"""Thirty measurements of the cell nuclei in each of 569 biopsies."""

from core.dataset import Card, DataSpec, Source, Split
from core.datasets._measurements import Measurements, split_measurements
from core.hyperparameters import Hyperparameters


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Vectors (N, 30) as they were measured, labelled by diagnosis; a fifth of each is held out, drawn by `seed`."""
    from sklearn.datasets import load_breast_cancer

    table, labels = load_breast_cancer(return_X_y=True)
    return split_measurements(table, labels, seed)


BREAST_CANCER = Source(
    spec=DataSpec(
        kind="vector",
        shape=(30,),
        value_range=(0.0, 4254.0),
        label_names=("malignant", "benign"),
    ),
    card=Card(
        title="Breast cancer",
        summary=(
            "Thirty measurements of cell nuclei, each scaled to [0, 1]: they go together so closely that a few numbers "
            "say almost all, the diagnosis too."
        ),
        origin=(
            "UCI breast cancer Wisconsin, diagnostic (Wolberg, Mangasarian, Street & Street 1993), from scikit-learn"
        ),
        licence="CC BY 4.0",
    ),
    sizes=(455, 114),
    read=read,
    Parameters=Measurements,
)
