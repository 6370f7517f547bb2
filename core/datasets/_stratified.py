"""A held-out split in which every class has its share."""

import torch

from core.dataset import Split

HELD_OUT = 0.2


def split_stratified(whole: Split, seed: int) -> tuple[Split, Split]:
    """Training and held-out samples of labelled data: a fifth of each class is held out, drawn by `seed`."""
    # Imported here: the web server reads the table of datasets and must stay free of scikit-learn.
    from sklearn.model_selection import train_test_split

    labels = None if whole.y is None else whole.y.numpy()
    parts = train_test_split(range(len(whole.x)), test_size=HELD_OUT, stratify=labels, random_state=seed)
    train, held_out = (whole[torch.tensor(part)] for part in parts)
    return train, held_out
