"""Which decisions of this review a person confirmed or took over, and from what; how far two assessors agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.evidence.assessors import PROJECT, basis, is_own, named, who
from analysis.evidence.load import Evidence
from analysis.evidence.rows import RiskOfBias, Row
from analysis.methods.agreement import cohen_kappa, share_agreed
from analysis.printing.quantities import quantity

#: kind of decision → how it reads, and the tables whose rows hold it
SUBJECTS = {
    "eligibility": ("Eligibility of the trials", ("trials",)),
    "extraction": ("Counts and measured outcomes as extracted", ("counts", "continuous")),
    "choices": ("Choice of the results that enter an analysis", ("choices",)),
    "bias": ("Risk of bias, own judgements", ("risk_of_bias",)),
    "certainty": ("Certainty of the evidence", ("certainty",)),
    "reporting": ("Items of the reporting checklists", ("reporting",)),
}


@dataclass(frozen=True, slots=True)
class Vouched:
    """One person who stands for a row as it is now, and what they compared it with."""

    name: str
    role: str
    basis: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One kind of decision: how many there are (``of``), and how many a person ``confirmed`` or made.

    ``roles`` and ``bases`` are those of the ``people`` who did; ``made`` says in words who else decided, and from
    what. Of the ``twice`` judged by two assessors independently the two ``agreed`` on some.
    """

    rows: tuple[str, ...]
    roles: tuple[str, ...]
    bases: tuple[str, ...]
    label: str = quantity("text")
    made: str = quantity("text")
    by: str = quantity("text")
    of: int = quantity("count")
    confirmed: int = quantity("count")
    people: int = quantity("count")
    twice: int = quantity("count")
    agreed: int = quantity("count")
    agreement: float | None = quantity("fraction")
    kappa: float | None = quantity("statistic")


def confirmed(evidence: Evidence) -> dict[str, Confirmed]:
    """Every kind of decision by its key."""
    tables = evidence.tables()
    return {
        key: subject(evidence, label, [row for name in names for row in tables[name] if counts(evidence, row)])
        for key, (label, names) in SUBJECTS.items()
    }


def counts(evidence: Evidence, row: Row) -> bool:
    """Whether a row is a decision of this review: a published judgement is not."""
    return not isinstance(row, RiskOfBias) or is_own(row, evidence.assessors)


def subject(evidence: Evidence, label: str, rows: list[Row]) -> Confirmed:
    """One kind of decision."""
    digests = {seal.row: seal.digest for seal in evidence.seals}
    by_row = defaultdict(list)
    for one in evidence.confirmations:
        if digests.get(one.row) == one.digest:
            by_row[one.row].append(one)
    vouched = {row.row_id: list(vouching(evidence, row)) for row in rows}
    pairs = []
    roles = {one.name: one.role for one in evidence.assessors}
    for row in rows:
        found = sorted(by_row[row.row_id], key=lambda one: one.confirmed_by)
        vouched[row.row_id] += [Vouched(one.confirmed_by, roles[one.confirmed_by], one.basis) for one in found]
        judged = [one.judgement for one in found if one.judgement]
        if len(judged) > 1:
            pairs.append((judged[0], judged[1]))
    people = sorted({one for found in vouched.values() for one in found}, key=lambda one: one.name)
    behind = [row.row_id for row in rows] + [one.row_id for found in by_row.values() for one in found]
    return Confirmed(
        rows=(*dict.fromkeys(behind), *(one.row_id for one in evidence.assessors)),
        roles=unique(one.role for one in people),
        bases=unique(one.basis for one in people),
        label=label,
        made=made(evidence, rows),
        by=", ".join(unique(one.name for one in people)),
        of=len(rows),
        confirmed=sum(bool(found) for found in vouched.values()),
        people=len(unique(one.name for one in people)),
        twice=len(pairs),
        agreed=sum(one == other for one, other in pairs),
        agreement=share_agreed(pairs) if pairs else None,
        kappa=cohen_kappa(pairs) if pairs else None,
    )


def vouching(evidence: Evidence, row: Row) -> Iterator[Vouched]:
    """The people whom the row itself names as those who judged: the project is no person."""
    for one in named(who(row), evidence.assessors):
        if one.role != PROJECT:
            yield Vouched(one.name, one.role, basis(who(row), one))


def made(evidence: Evidence, rows: list[Row]) -> str:
    """Who decided the rows that no person made: "the project from the available text"; "" if persons made all."""
    project = [one for one in evidence.assessors if one.role == PROJECT]
    left = [row for row in rows if not any(vouching(evidence, row))]
    if not project or not left:
        return ""
    bases = unique(basis(who(row), project[0]) for row in left)
    return f"{project[0].name} from the {' or '.join(bases)}"


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, in order."""
    return tuple(dict.fromkeys(texts))
