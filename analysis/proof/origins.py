"""Which rows of the evidence stand behind a quantity, how it was computed, and by which code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from analysis.evidence.load import UNSEALED
from analysis.printing import cells
from analysis.printing.keys import DEVIATION, SECOND
from analysis.proof.code_locations import Location, location, where
from analysis.proof.meaning import holder_of, path
from analysis.results.crosschecks import crosschecks
from analysis.results.tree import Review
from analysis.synthesis import flow
from analysis.synthesis.outcome_shapes import Unavailable

#: field of the flow → the boxes of data/records.csv that it counts; a field that is not here counts them all
BOXES: dict[str, tuple[str, ...]] = {
    "duplicates": (flow.DUPLICATE,),
    "not_trial_reports": (flow.NO_TRIAL_REPORT,),
    "excluded": (flow.EXCLUDED,),
    "sensitivity_only": (flow.SENSITIVITY,),
    "awaiting": (flow.AWAITING,),
    "included_reports": (flow.MAIN_REPORT, flow.FURTHER_REPORT),
    "included_trials": (flow.MAIN_REPORT,),
    "unscreened": (flow.UNSCREENED,),
    "excluded_early": (flow.EXCLUDED_EARLY,),
    "not_retrieved": (flow.NOT_RETRIEVED,),
    "unassessed": (flow.UNASSESSED,),
    "screened": flow.SCREENED,
    "sought": flow.SOUGHT,
    "assessed": flow.ASSESSED,
}
#: field of the summary of trials → the eligibility that it counts; a field that is not here counts the eligible
ELIGIBILITY = {
    "sensitivity_only": "sensitivity only",
    "awaiting": "awaiting classification",
    "excluded": "excluded",
}
#: what is said of one trial and depends on every other one of its outcome as well
OF_ALL_TRIALS = ".weight"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a printed quantity comes from: ids of rows, the method in words, and the function that sets it."""

    rows: tuple[str, ...]
    method: str
    code: Location


def origin(review: Review, key: str) -> Origin:
    """The origin of what stands at ``key``."""
    return Origin(rows_behind(review, key), *computed_by(review, key))


def rows_behind(review: Review, key: str) -> tuple[str, ...]:
    """Ids of the rows behind what stands at ``key``."""
    if key.startswith(cells.PREFIX):
        return (cells.row_and_column(key)[0],)
    return tuple(dict.fromkeys(rows(review, key.removeprefix(SECOND).removeprefix(DEVIATION))))


def computed_by(review: Review, key: str) -> tuple[str, Location]:
    """The method and the code by which what stands at ``key`` was computed, or as which it was read."""
    if key.startswith(cells.PREFIX):
        obtained = getattr(review.evidence.row(cells.row_and_column(key)[0]), "obtained", "")
        return f"as read ({obtained})" if obtained else "as read", where(cells.look_up_cell)
    if key.startswith((SECOND, DEVIATION)):
        return "computed a second time", where(crosschecks)
    holder = path(review, holder_of(key))[-1] if holder_of(key) else review
    return method(holder), location(type(holder), key.rpartition(".")[2], key)


def method(holder: Any) -> str:
    """The holder's own words on its method, else what its class says of itself."""
    said = getattr(holder, "method", "")
    return said or " ".join(str(type(holder).__doc__).strip().split("\n\n")[0].split())


def rows(review: Review, key: str) -> list[str]:
    """Ids of the rows behind ``key``: those that the nearest result above it names, or those of its outcome.

    A result may name the rows of one of its quantities: those of ``control`` in ``control_rows``.
    """
    first, _, rest = key.partition(".")
    if first in SPECIAL:
        return SPECIAL[first](review, rest)
    trail = path(review, key)[:-1]
    if of_this := getattr(trail[-1], f"{key.rpartition('.')[2]}_rows", ()):
        return list(of_this)
    if key.endswith(OF_ALL_TRIALS) and first in counted(review):
        return outcome_rows(review, first, "k_shown")
    for here in reversed(trail[1:]):
        named = list(own_rows(here))
        if named:
            return named
        if first not in counted(review) and is_dataclass(here):
            below = list(dict.fromkeys(rows_below(here)))
            if below:
                return below
    outcome = next((part for part in key.split(".") if part in counted(review)), review.evidence.primary.key)
    return outcome_rows(review, outcome, key.rpartition(".")[2])


def counted(review: Review) -> list[str]:
    """The keys of the outcomes that are counted or measured."""
    return list(review.outcomes)


def own_rows(holder: Any) -> Iterator[str]:
    """The ids in the fields ``rows`` and ``row`` of a result."""
    yield from getattr(holder, "rows", ())
    if getattr(holder, "row", ""):
        yield holder.row
    # A trial without a result is listed by one row and its size stands in another: that of the trial itself.
    if isinstance(holder, Unavailable):
        yield holder.trial


def rows_below(holder: Any) -> Iterator[str]:
    if is_dataclass(holder):
        yield from own_rows(holder)
        for one in fields(holder):
            yield from rows_below(getattr(holder, one.name))
    elif isinstance(holder, Mapping):
        for value in holder.values():
            yield from rows_below(value)


def outcome_rows(review: Review, name: str, field: str) -> list[str]:
    outcome = review.outcomes[name]
    if field.endswith("unavailable"):
        return [row for trial in outcome.unavailable.values() for row in (trial.row, trial.trial)]
    return [row for trial in outcome.trials.values() for row in trial.rows]


def flow_rows(review: Review, rest: str) -> list[str]:
    """The records in the boxes that a count of the flow adds up: of one side of the diagram, or of all.

    What was read is counted by trial.
    """
    *above, field = rest.split(".")
    if above == ["read"]:
        return [trial.row_id for trial in flow.read_as(review.evidence, field)]
    if field == "pooled_trials":
        return outcome_rows(review, review.evidence.primary.key, "k_shown")
    side = above[1].replace("_", " ") if above[:1] == ["sides"] else ""
    reason = above[above.index("reasons") + 1].replace("_", " ") if "reasons" in above else ""
    boxes = BOXES["excluded"] if reason else BOXES.get(field, flow.BOXES)
    return [
        record.row_id
        for record in review.evidence.records
        if record.flow_box in boxes
        and reason in ("", record.exclusion_class)
        and side in ("", getattr(record, "identified_by", side))
    ]


def trial_rows(review: Review, rest: str) -> list[str]:
    trials = review.evidence.trials
    if rest == "candidates":
        return [trial.row_id for trial in trials]
    wanted = ELIGIBILITY.get(rest, "eligible")
    return [trial.row_id for trial in trials if trial.eligibility == wanted]


def bound_rows(review: Review, rest: str) -> list[str]:
    """The rows of an outcome and those of the trials that it misses."""
    outcome = rest.split(".")[0]
    return outcome_rows(review, outcome, "k_shown") + outcome_rows(review, outcome, "k_unavailable")


def choice_rows(review: Review, rest: str) -> list[str]:
    """All rows that the choices of an outcome may bring into an analysis."""
    name = review.evidence.outcome(rest.split(".")[0]).name
    choices = [choice for choice in review.evidence.choices if choice.analysis == name]
    return [row_id for choice in choices for row_id in choice.row_ids]


def all_rows(review: Review) -> list[str]:
    """Every row of the evidence but seals and confirmations, which follow from the others."""
    tables = review.evidence.tables()
    return [row.row_id for name, rows in tables.items() if name not in UNSEALED for row in rows]


SPECIAL: dict[str, Callable[[Review, str], list[str]]] = {
    "flow": flow_rows,
    "trials": trial_rows,
    "bounds": bound_rows,
    "missing_evidence": bound_rows,
    "specifications": choice_rows,
    "screened_on": lambda review, rest: [row.row_id for row in review.evidence.searches or review.evidence.choices],
    "data_digest": lambda review, rest: all_rows(review),
    "declarations": lambda review, rest: [],
}
