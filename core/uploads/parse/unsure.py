"""What is said of the numbers of columns: how they were written, and what was close between two readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.uploads.parse.written import Written, written
from core.uploads.phrases import column_name, printable

if TYPE_CHECKING:
    from core.uploads.parse.columns import Plan


def say_how_numbers_were_written(found: list[Plan], shown: list[list[str]], notices: list[str]) -> None:
    """Say that numbers have decimal commas, and how those were read that are written as no program would."""
    commas = (
        (plan.form, cell.strip())
        for plan, cells in zip(found, shown, strict=True)
        if plan.form.decimal == ","
        for cell in cells
        if "," in cell
    )
    first = next(commas, None)
    if first:
        form, cell = first
        notices.append(
            f"Numbers have a decimal comma: {printable(cell, 20)} was read as {_value(form, cell)}; if it parts "
            "thousands, choose a point as the decimal sign."
        )
    dressed = [
        f"{printable(plan.column.name, 30)} ({plan.column.why})"
        for plan in found
        if plan.column.why and plan.column.kind == "number" and plan.numbers
    ]
    if dressed:
        rest = f" and {len(dressed) - 4:,} more" if len(dressed) > 4 else ""
        notices.append(f"Numbers that are written in another way: {'; '.join(dressed[:4])}{rest}.")


def _value(form: Written, cell: str) -> str:
    value = form.number(cell)
    # As many digits as stand there.
    return cell.replace(",", ".") if form == Written(",") else f"{value:.10g}"


def say_what_was_close(found: list[Plan], shown: list[list[str]], semicolons: bool, notices: list[str]) -> None:
    """Columns whose numbers would be numbers with the other decimal sign, too."""
    for plan, cells in zip(found, shown, strict=True):
        # A point is one unless a comma could be, too.
        signs = [cell for cell in cells if "," in cell or ("." in cell and semicolons)]
        if plan.column.kind != "number" or not signs:
            continue
        other = written(signs, "," if plan.form.decimal == "." else ".", "")
        both = other and [(plan.form.number(cell), other.number(cell)) for cell in signs]
        if both and all(None not in pair for pair in both):
            one, two = both[0]
            notices.append(
                f'Unsure: in column {column_name(plan.column.name)} "{printable(signs[0], 20)}" was read as '
                f"{one:.10g} and could be {two:.10g}: choose the decimal sign."
            )
            return


def say_what_is_mixed(found: list[Plan], shown: list[list[str]], notices: list[str]) -> None:
    """Columns with numbers that have a unit, thousands or percent behind them, beside others that have not."""
    for plan, cells in zip(found, shown, strict=True):
        mixture = plan.form.mixture(cells)
        if mixture:
            dressed, bare = (f'"{printable(cell, 20)}" was read as {plan.form.number(cell):.10g}' for cell in mixture)
            notices.append(
                f"Unsure: in column {column_name(plan.column.name)} {dressed}, and beside it {bare}: write all of "
                "them alike if that is not what they mean."
            )
