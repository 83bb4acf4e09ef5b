"""The choices: is each trial decided once per analysis, by rows that can be used as the choice says?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.rows import Choice, Count, Tables
from analysis.evidence.rows_bookkeeping import Scale
from analysis.evidence.rows_question import (
    ARMS,
    BETWEEN_ARMS,
    CHANGE,
    COMPARISONS,
    COMPUTED_CHANGE,
    COUNTED,
    COUNTS,
    DIRECTION_ONLY,
    FINAL,
    PRINTED,
    RATIO_OF_ARMS,
    AskedOutcome,
)
from analysis.evidence.rows_question import MEASURED as MEASURED_KIND

LISTED = "listed"
ELIGIBILITY_FOR_ROLE = {
    "primary": ("eligible",),
    "sensitivity": ("eligible", "sensitivity only"),
    "context": ("excluded",),
    LISTED: ("eligible",),
}
#: what may be taken from the rows of each kind of outcome
WAYS_OF_KIND = {
    COUNTED: (COUNTS, PRINTED),
    MEASURED_KIND: (FINAL, CHANGE, COMPUTED_CHANGE, PRINTED),
    DIRECTION_ONLY: (),
}
#: kind of scale → what its values are taken as
KIND_OF_SCALE = {FINAL: "value", COMPUTED_CHANGE: "value", CHANGE: "change"}
RATIOS = ("RR", "OR")
BASELINE_DAY = 0

Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a choice of a measured outcome rests on, whichever table it stands in."""

    row_id: str
    trial: str
    quantity: str
    unit: str
    arm: str
    day: int | None


def parts(tables: Tables) -> dict[str, Part]:
    """Everything measured, by its id."""
    found = [
        *(Part(r.row_id, r.trial, r.outcome, r.unit, r.arm, r.timepoint_days) for r in tables.continuous),
        *(Part(s.row_id, s.trial, s.outcome, s.unit, s.arm, s.day) for s in tables.digitised),
    ]
    return {part.row_id: part for part in found}


def choices(tables: Tables) -> Examined:
    """A choice names usable rows of its own trial, and each trial is decided once per analysis."""
    trials = {trial.row_id: trial for trial in tables.trials}
    outcomes = {outcome.name: outcome for outcome in tables.outcomes}
    decided: dict[tuple[str, str], int] = {}
    known = Known(tables)
    for number, choice in enumerate(tables.choices, start=1):
        found = []
        eligible = trials[choice.trial].eligibility
        allowed = ELIGIBILITY_FOR_ROLE[choice.role]
        if eligible not in allowed:
            found.append(
                Finding(
                    choice, "role", f"does not go with a trial that is {eligible}",
                    f"{choice.role} needs a trial that is {' or '.join(allowed)}",
                )
            )  # fmt: skip
        found += _way(choice, outcomes[choice.analysis])
        if not found:
            faults = known.faults(choice, outcomes[choice.analysis])
            found += [Finding(choice, "rows", problem, remedy) for problem, remedy in faults]
        key = (choice.analysis, choice.trial)
        if choice.role in ("primary", LISTED) and decided.setdefault(key, number) != number:
            found.append(
                Finding(
                    choice, "trial", f"is already in the analysis of {choice.analysis}, row {decided[key]}",
                    "one row decides; make the other a sensitivity analysis",
                )
            )  # fmt: skip
        yield found
    for outcome in tables.outcomes:
        for trial in tables.trials:
            if trial.eligibility == "eligible" and (outcome.name, trial.row_id) not in decided:
                if outcome.kind == COUNTED:
                    problem = f"is eligible, but choices.csv is silent on it for {outcome.name}"
                elif outcome.kind == MEASURED_KIND and known.gives_numbers(trial.row_id, outcome):
                    problem = f"gives {outcome.name} per arm, but choices.csv is silent on it"
                else:
                    continue
                yield [Finding(trial, "row_id", problem, "add a row there with role primary or listed")]


def _way(choice: Choice, outcome: AskedOutcome) -> Iterator[Finding]:
    """What is taken from the rows goes with the role and with the kind of outcome."""
    ways = WAYS_OF_KIND[outcome.kind]
    if choice.role == LISTED:
        if choice.enters_as:
            yield Finding(choice, "enters_as", "does not go with role listed", "empty it, or give another role")
    elif choice.enters_as not in ways:
        remedy = f"write {' or '.join(ways)}" if ways else f"leave {outcome.name} out of choices.csv"
        yield Finding(choice, "enters_as", f"does not go with {outcome.name}, which is {outcome.kind}", remedy)
    if choice.role != LISTED and not choice.row_ids:
        yield Finding(choice, "rows", f"is empty for role {choice.role}", "name the rows that the result rests on")


@dataclass(frozen=True)
class Known:
    """The tables that choices lead to."""

    tables: Tables

    def faults(self, choice: Choice, outcome: AskedOutcome) -> Iterator[Fault]:
        """Why the rows of a choice cannot be used as it says."""
        counts = {count.row_id: count for count in self.tables.counts}
        measured = parts(self.tables)
        for row_id in choice.row_ids:
            row = counts.get(row_id) or measured.get(row_id)
            if row is None:
                yield (
                    f"names {row_id}, which is no row of counts.csv or continuous.csv and no digitised series",
                    "name one that exists",
                )
                return
            if row.trial != choice.trial:
                yield f"names {row_id}, a row of {row.trial}", f"name a row of {choice.trial}"
                return
        chosen = [counts[row_id] for row_id in choice.row_ids if row_id in counts]
        if choice.role == LISTED:
            if any(usable(count, outcome) for count in chosen):
                yield "is complete, but only listed", "give it the role primary or sensitivity, or name no row"
        elif outcome.kind == COUNTED:
            yield from _counted(choice, chosen, outcome)
        else:
            found = [measured[row_id] for row_id in choice.row_ids if row_id in measured]
            yield from self._measured(choice, found, outcome)

    def _measured(self, choice: Choice, found: Sequence[Part], outcome: AskedOutcome) -> Iterator[Fault]:
        if len(found) != len(choice.row_ids):
            yield "names a row of counts.csv", f"name rows of what measures {outcome.name}"
            return
        scales = {scale.quantity: scale for scale in self.tables.scales}
        if choice.enters_as == PRINTED:
            if [part.arm for part in found] != [RATIO_OF_ARMS] or scales[found[0].quantity].measures != outcome.name:
                yield (
                    "is not one ratio of means with its interval",
                    f"name a row of {RATIO_OF_ARMS} on {outcome.name}",
                )
            else:
                yield from _in_window({found[0].day}, outcome)
            return
        for part in found:
            yield from _on_scale(part, scales.get(part.quantity), choice.enters_as, outcome)
        last = [part for part in found if choice.enters_as != COMPUTED_CHANGE or part.day != BASELINE_DAY]
        days = {part.day for part in last}
        yield from _in_window(days, outcome)
        yield from _arms(choice, found, last, outcome)

    def gives_numbers(self, trial: str, outcome: AskedOutcome) -> bool:
        """Whether both arms, or the difference between them, stand in the tables on one day of the window."""
        scales = {scale.quantity for scale in self.tables.scales if scale.measures == outcome.name}
        arms: dict[tuple[str, int | None], set[str]] = {}
        for part in parts(self.tables).values():
            if part.trial == trial and part.quantity in scales and outcome.in_window(part.day):
                arms.setdefault((part.quantity, part.day), set()).add(part.arm)
        return any(found & {*COMPARISONS} or found.issuperset(ARMS) for found in arms.values())


def usable(count: Count, outcome: AskedOutcome) -> bool:
    """Whether a row can enter an analysis as counts per arm."""
    return count.complete and count.counted_unit == "patients" and count.outcome == outcome.name


def _counted(choice: Choice, chosen: Sequence[Count], outcome: AskedOutcome) -> Iterator[Fault]:
    if len(chosen) != 1 or len(choice.row_ids) != 1:
        yield "is not one row of counts.csv", "name one"
        return
    count = chosen[0]
    if count.outcome != outcome.name:
        yield f"is about {count.outcome}", f"choose a row on {outcome.name}"
    if choice.enters_as == PRINTED:
        if count.printed_measure not in RATIOS or None in (
            count.printed_estimate,
            count.printed_low,
            count.printed_high,
        ):
            yield "has no printed ratio with its interval", f"choose a row that prints a {' or '.join(RATIOS)}"
        elif count.printed_measure != outcome.measure:
            yield (
                f"prints a {count.printed_measure}",
                f"pooled is the {outcome.measure}: list the trial",
            )
        return
    if not count.complete:
        yield "lacks events or totals", "choose a complete row, or list the trial"
    if count.counted_unit != "patients":
        yield f"counts {count.counted_unit}, not patients", "choose a row of patients"


def _on_scale(part: Part, scale: Scale | None, enters_as: str, outcome: AskedOutcome) -> Iterator[Fault]:
    if scale is None or scale.measures != outcome.name:
        yield (
            f"names {part.row_id}, whose quantity {part.quantity} does not measure {outcome.name}",
            "choose another row, or say so in the column measures of scales.csv",
        )
    elif part.unit != scale.unit:
        yield (
            f"names {part.row_id}, read in {part.unit} where {part.quantity} is in {scale.unit}",
            "give the quantity a row of its own in scales.csv, with its unit",
        )
    elif scale.kind != KIND_OF_SCALE[enters_as]:
        yield f"takes {enters_as} from {part.row_id}, a {scale.kind}", "make enters_as and the rows agree"
    elif scale.factor is None and scale.unit != outcome.unit:
        yield (
            f"names {part.row_id} in {scale.unit}, and {outcome.name} is pooled in {outcome.unit}",
            "give the factor between the two units in scales.csv",
        )


def _in_window(days: Collection[int | None], outcome: AskedOutcome) -> Iterator[Fault]:
    """What is compared is of one day, and that lies in the window of the outcome, if it has one."""
    if len(days) > 1:
        yield f"mixes the days {', '.join(map(str, sorted(days, key=str)))}", "name both arms on one day"
        return
    for day in days:
        if not outcome.in_window(day):
            known = "an unknown day" if day is None else f"day {day}"
            bounds = [("from", outcome.from_day), ("to", outcome.to_day)]
            window = " ".join(f"{word} day {bound}" for word, bound in bounds if bound is not None)
            yield f"is of {known}, outside the window of {outcome.name}", f"name rows {window}, or list the trial"


def _arms(choice: Choice, found: Sequence[Part], last: Sequence[Part], outcome: AskedOutcome) -> Iterator[Fault]:
    """Both arms once, or the difference between them; for a computed change both arms at both times."""
    arms = sorted(part.arm for part in last)
    if choice.enters_as == COMPUTED_CHANGE:
        first = sorted(part.arm for part in found if part.day == BASELINE_DAY)
        if not arms == first == sorted(ARMS):
            yield "is not both arms at day 0 and at one later day", "name these four rows"
        if outcome.correlation is None:
            yield f"needs a correlation, and {outcome.name} has none", "state it in outcomes.csv"
    elif arms != sorted(ARMS) and arms != [BETWEEN_ARMS]:
        yield f"is {' and '.join(arms)}", "name one row of each arm, or one of the difference between them"


def time_points(tables: Tables) -> Examined:
    """Of several time points a trial gives the one that the rule of its outcome picks."""
    outcomes = {outcome.name: outcome for outcome in tables.outcomes}
    days: dict[tuple[str, str], set[int]] = {}
    measures = {scale.quantity: scale.measures for scale in tables.scales if scale.measures}
    rows: dict[str, int | None] = {}
    for part in parts(tables).values():
        rows[part.row_id] = part.day
        if part.quantity in measures and part.day:
            days.setdefault((part.trial, measures[part.quantity]), set()).add(part.day)

    def look(choice: Choice) -> Iterator[Finding]:
        outcome = outcomes[choice.analysis]
        wanted = outcome.nearest(days.get((choice.trial, choice.analysis), ()))
        used = {rows[row_id] for row_id in choice.row_ids if rows.get(row_id)}
        if choice.role == "primary" and wanted is not None and used and used != {wanted}:
            problem = f"is not of day {wanted}, the one nearest to day {outcome.target_day} that the trial gives"
            yield Finding(choice, "rows", problem, "choose that day, or say why it cannot be used")

    return per_row(look, tables.choices)


def settings(tables: Tables) -> Examined:
    """An outcome that is pooled says by which measure; its measures, unit and window go with its kind."""

    def look(outcome: AskedOutcome) -> Iterator[Finding]:
        known = MEASURES_OF_KIND[outcome.kind]
        for column, measures in (("measure", [outcome.measure]), ("further_measures", outcome.measures[1:])):
            for measure in measures:
                if (measure or known) and measure not in known:
                    remedy = f"write one of {', '.join(known)}" if known else "empty it"
                    yield Finding(outcome, column, f"does not go with kind {outcome.kind}", remedy)
        for measure in dict.fromkeys(outcome.measures[1:]):
            if outcome.measures.count(measure) > 1:
                yield Finding(outcome, "further_measures", f"repeats {measure}", "name each measure once")
        if outcome.correlation is not None and outcome.kind != MEASURED_KIND:
            yield Finding(outcome, "correlation", f"does not go with kind {outcome.kind}", "empty it")
        if bool(outcome.unit) != (outcome.kind == MEASURED_KIND):
            yield Finding(outcome, "unit", f"does not go with kind {outcome.kind}", "make kind and unit agree")
        if bool(outcome.minimum_trials) != bool(known):
            yield Finding(outcome, "minimum_trials", f"does not go with kind {outcome.kind}", "make them agree")
        if outcome.to_day is not None and outcome.to_day < (outcome.from_day or 0):
            yield Finding(outcome, "to_day", f"is before day {outcome.from_day}", "order the days")
        if outcome.target_day is not None and not outcome.in_window(outcome.target_day):
            yield Finding(outcome, "target_day", "lies outside the window", "choose a day in it")

    return per_row(look, tables.outcomes)


MEASURES_OF_KIND = {COUNTED: ("RR", "OR", "RD"), MEASURED_KIND: ("MD", "SMD", "ROM"), DIRECTION_ONLY: ()}


def scales(tables: Tables) -> Examined:
    """A quantity that measures an outcome names a measured one, and says how its unit becomes that one's."""
    outcomes = {outcome.name: outcome for outcome in tables.outcomes if outcome.kind == MEASURED_KIND}

    def look(scale: Scale) -> Iterator[Finding]:
        outcome = outcomes.get(scale.measures)
        if scale.measures and outcome is None:
            yield Finding(
                scale, "measures", "is no measured outcome", f"write one of {', '.join(outcomes) or 'none'}"
            )
        elif outcome is not None and scale.kind == "rank":
            yield Finding(scale, "measures", "does not go with ranks", "empty it")
        elif outcome is not None and scale.unit == outcome.unit and scale.factor not in (None, 1):
            yield Finding(scale, "factor", f"is not 1, and both units are {scale.unit}", "write 1")
        if scale.factor is not None and not (scale.measures and scale.factor > 0):
            yield Finding(scale, "factor", "stands without an outcome, or is not positive", "give both, or neither")

    return per_row(look, tables.scales)


def equal_units(tables: Tables) -> Examined:
    """Two units that differ in name and are joined by a factor of 1: equal, as ng/mL and µg/L are, or a slip."""
    outcomes = {outcome.name: outcome for outcome in tables.outcomes}

    def look(scale: Scale) -> Iterator[Finding]:
        outcome = outcomes.get(scale.measures)
        if outcome is not None and scale.factor == 1 and scale.unit != outcome.unit:
            problem = f"takes one {scale.unit} for one {outcome.unit}, in which {outcome.name} is pooled"
            yield Finding(scale, "factor", problem, "write the factor between the two, or say why they are the same")

    return per_row(look, tables.scales)


CHECKS = (
    Check("choices", Kind.SLIP, "is every trial decided once per analysis, by rows that can be used?", choices),
    Check("outcomes", Kind.SLIP, "do measure, unit and time window of each outcome go with its kind?", settings),
    Check("quantities", Kind.SLIP, "does each quantity that measures an outcome lead to its unit?", scales),
    Check("equal units", Kind.ODDITY, "are two units that a factor of 1 joins the same?", equal_units),
    Check("chosen time point", Kind.ODDITY, "does each trial give the time point that the rule picks?", time_points),
)
