"""Who judged a row: the assessors of this review that it names, and what they read.

A cell such as `assessed_by` names one or more assessors of data/assessors.csv and may say what they read:
"A. Author", "A. Author and B. Author, from the full text". Any other text is the name of others, who published.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.evidence.rows import RiskOfBias, Row
from analysis.evidence.rows_bookkeeping import Assessor

PROJECT = "project"
FROM_THE = ", from the "
AND = " and "
#: the columns that say who judged or decided a row
WHO = ("assessed_by", "decided_by", "judged_by")


def named(cell: str, assessors: Sequence[Assessor]) -> tuple[Assessor, ...]:
    """The assessors that a cell names; none where it names anyone else."""
    by_name = {one.name: one for one in assessors}
    names = cell.partition(FROM_THE)[0]
    whole = [names] if names in by_name else names.split(AND)
    found = [by_name[name] for name in whole if name in by_name]
    return tuple(found) if len(found) == len(whole) else ()


def basis(cell: str, assessor: Assessor) -> str:
    """What the assessor read, as the cell says, else as is usual for them."""
    return cell.partition(FROM_THE)[2] or assessor.basis


def is_own(row: RiskOfBias, assessors: Sequence[Assessor]) -> bool:
    """Whether a judgement of bias is this review's own, and not a published one."""
    return bool(named(row.assessed_by, assessors))


def who(row: Row) -> str:
    """The cell of a row that says who judged or decided it; "" where it has none."""
    return next((str(getattr(row, column)) for column in WHO if hasattr(row, column)), "")
