"""Which columns of a table are no values: texts, those that lack most, those beside long lists."""

from __future__ import annotations

from core.uploads.parse.raw import Raw
from core.uploads.phrases import counted, listed, printable
from core.uploads.prepare.columns import is_truth, may_be_labels, missing_shares
from core.uploads.prepare.options import Options, Role

# Lists of so many numbers are what a table is about; what stands beside them is about them.
LONG = 16


def leave_out_texts(
    raw: Raw, options: Options, chosen: dict[str, Role], roles: dict[str, Role], why: dict[str, str], notices: list[str]
) -> None:
    """Yes and no become 1 and 0, categories as chosen, other texts are left out."""
    unread = [name for name in raw.words if roles[name] == "value" and chosen.get(name, "value") == "value"]
    truths = [name for name in unread if is_truth(raw.words[name])]
    if truths:
        notices.append(f"Read as 1 and 0: {counted(len(truths), 'column')} of yes and no ({listed(truths)}).")
    rest = [name for name in unread if name not in truths]
    classes = [name for name in rest if may_be_labels(raw, name, options) and name not in chosen]
    one_hot = [name for name in rest if name in chosen or (options.categories == "one_hot" and name in classes)]
    if one_hot:
        notices.append(f"Read one-hot: {counted(len(one_hot), 'column')} of categories ({listed(one_hot)}).")
        rest = [name for name in rest if name not in one_hot]
    for name in rest:
        roles[name] = "left_out"
        what = "an id" if options.told(name) == "id" else "a text"
        why[name] = "a category: it can be one-hot, or the label" if name in classes else what
    if not rest:
        return
    sentence = f"Left out: {counted(len(rest), 'column')} of text ({listed(rest)})"
    if options.categories != "one_hot" and classes:
        sentence += f"; {listed(classes, 4)} can be had one-hot"
        if "label" not in roles.values() and options.label == "auto":
            sentence += f", and {printable(classes[-1], 30)} be chosen as the label"
    notices.append(f"{sentence}.")


def leave_out_sparse(
    raw: Raw, options: Options, chosen: dict[str, Role], roles: dict[str, Role], why: dict[str, str], notices: list[str]
) -> None:
    """Columns of which more is missing than was chosen go, rather than all rows that lack them."""
    shares = missing_shares(raw)
    sparse = [
        name
        for name, role in roles.items()
        if role == "value" and name not in chosen and shares.get(name, 0) > options.most_missing
    ]
    if len(sparse) in (0, sum(role == "value" for role in roles.values())):
        return
    empty = [name for name in sparse if shares[name] == 1]
    rest = [f"{printable(name, 30)} ({shares[name]:.0%} missing)" for name in sparse if shares[name] < 1]
    if empty:
        notices.append(f"Left out: {counted(len(empty), 'column')} without any value ({listed(empty)}).")
    if rest:
        notices.append(
            f"Left out: {counted(len(rest), 'column')} with more than {options.most_missing:.0%} missing: "
            f"{listed(rest, 4)}; raise that share, and choose mean for Missing, to have them filled."
        )
    roles |= dict.fromkeys(sparse, "left_out")
    why |= {name: f"{shares[name]:.0%} of it is missing" for name in sparse}


def leave_out_beside_lists(
    raw: Raw, chosen: dict[str, Role], roles: dict[str, Role], why: dict[str, str], notices: list[str]
) -> None:
    """Numbers beside a list of many are about it, not of it."""
    if not any(column.kind == "list" and column.width >= LONG for column in raw.columns):
        return
    beside = [
        column.name
        for column in raw.columns
        if column.kind != "list" and roles[column.name] == "value" and column.name not in chosen
    ]
    if beside:
        notices.append(
            f"Left out, standing beside lists of numbers: {counted(len(beside), 'column')} ({listed(beside)})."
        )
        roles |= dict.fromkeys(beside, "left_out")
        why |= dict.fromkeys(beside, "it stands beside a list of many numbers")
