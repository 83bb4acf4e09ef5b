"""From a choice to what it brings into an analysis: the rows that it names, read, converted and put in one unit.

Sources: change from baseline and final value, Cochrane Handbook 6.5.2.8 and 10.5.2; conversions,
`analysis.synthesis.conversions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.load import Evidence
from analysis.evidence.rows import Choice, Continuous, Count
from analysis.evidence.rows_bookkeeping import Scale
from analysis.evidence.rows_question import (
    ARMS,
    BETWEEN_ARMS,
    COMPUTED_CHANGE,
    FINAL,
    MEASURED,
    PRINTED,
    AskedOutcome,
)
from analysis.methods.conversions import sd_of_change
from analysis.methods.log_scale import LogArm
from analysis.synthesis.conversions import Conversion, converted, log_arm, of_series
from analysis.synthesis.entries import ArmMean, CountedEntry, Entry, Mark, MeasuredEntry, PrintedEntry

COLUMNS = ("events_treatment", "n_treatment", "events_control", "n_control")
BASELINE_DAY = 0
#: no SD is 0, however coarse the figure
TINY = 1e-9
#: statistic in data/continuous.csv → the measure that it is
RATIOS_OF_MEANS = {"ratio of means/95% CI": "ROM", "ratio of geometric means/95% CI": "GMR"}
NO_SIZE = "the number of patients is not in the available text"


class Unusable(ValueError):
    """A chosen row cannot enter an analysis; the message names the row and what is missing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How chosen rows are read where a sensitivity analysis asks otherwise than the evidence says.

    despite_skew: convert skewed quantiles all the same; correlation: of baseline and final values in place of that
    of the outcome; ``means`` moves values read from figures to the ends of their reading error so that the difference
    between the arms becomes lowest or highest, ``spreads`` moves their SDs to the lower or upper end.
    """

    despite_skew: bool = False
    correlation: float | None = None
    means: str = ""
    spreads: str = ""

    @property
    def words(self) -> str:
        """What is altered, "" if nothing is."""
        parts = (
            "skewed data converted all the same" if self.despite_skew else "",
            "" if self.correlation is None else f"correlation {self.correlation:g}",
            f"{self.means} difference within the reading error" if self.means else "",
            f"{self.spreads} SDs within the reading error" if self.spreads else "",
        )
        return "; ".join(part for part in parts if part)


AS_REPORTED = Reading()


@dataclass(frozen=True, slots=True)
class Number:
    """One row of a measured outcome, read: arm, day and numbers in the unit of the outcome."""

    row: str
    obtained: str
    arm: str
    day: int | None
    conversion: Conversion
    n: int | None
    mean: float | None
    spread: float | None
    log: LogArm | None
    marks: tuple[Mark, ...]


def chosen(evidence: Evidence, choice: Choice, reading: Reading = AS_REPORTED) -> Entry:
    """What a choice brings into an analysis. Raises ``Unusable`` when its rows cannot enter one."""
    asked = next(outcome for outcome in evidence.outcomes if outcome.name == choice.analysis)
    if asked.kind == MEASURED and choice.enters_as == PRINTED:
        return printed_ratio(evidence, choice)
    if asked.kind == MEASURED:
        return measured(evidence, choice, asked, reading)
    count = evidence.row(choice.rows) if choice.rows else None
    where = f"data/choices.csv, {choice.row_id}: {choice.rows or 'no row of counts'}"
    if not isinstance(count, Count):
        raise Unusable(f"{where} is not a row of data/counts.csv. Remedy: name one in the column rows")
    return printed(choice, count, where) if choice.enters_as == PRINTED else counted(choice, count, where)


def counted(choice: Choice, count: Count, where: str) -> CountedEntry:
    """Counts per arm."""
    if count.counted_unit != "patients":
        raise Unusable(f'{where} counts {count.counted_unit}, not patients. Remedy: give it the role "listed"')
    numbers = {name: getattr(count, name) for name in COLUMNS}
    lacking = [name for name, number in numbers.items() if number is None]
    if lacking:
        raise Unusable(
            f'{where} has no {", ".join(lacking)}. Remedy: choose a whole row, or give it the role "listed"'
        )
    return CountedEntry(
        trial=choice.trial,
        role=choice.role,
        label=choice.label,
        rows=(count.row_id,),
        obtained=(count.obtained,),
        timepoint_days=count.timepoint_days,
        **numbers,
    )


def printed(choice: Choice, count: Count, where: str) -> PrintedEntry:
    """The ratio that the row prints."""
    if count.printed_estimate is None or count.printed_low is None or count.printed_high is None:
        raise Unusable(f"{where} prints no ratio with its interval. Remedy: choose another row, or list the trial")
    return PrintedEntry(
        trial=choice.trial,
        role=choice.role,
        label=choice.label,
        rows=(count.row_id,),
        obtained=(count.obtained,),
        timepoint_days=count.timepoint_days,
        n_treatment=count.n_treatment,
        n_control=count.n_control,
        marks=("printed",),
        measure=count.printed_measure,
        estimate=count.printed_estimate,
        low=count.printed_low,
        high=count.printed_high,
    )


def printed_ratio(evidence: Evidence, choice: Choice) -> PrintedEntry:
    """The ratio of means, or of geometric means, that a row of continuous.csv prints."""
    row = evidence.row(choice.rows)
    if not isinstance(row, Continuous) or row.statistic not in RATIOS_OF_MEANS or row.low is None or row.high is None:
        raise Unusable(f"data/choices.csv, {choice.row_id}: {choice.rows} is no ratio of means with its interval")
    trial = evidence.trial(choice.trial)
    return PrintedEntry(
        trial=choice.trial,
        role=choice.role,
        label=choice.label,
        rows=choice.row_ids,
        obtained=(row.obtained,),
        timepoint_days=row.timepoint_days,
        n_treatment=trial.randomised_treatment,
        n_control=trial.randomised_control,
        marks=("printed",),
        measure=RATIOS_OF_MEANS[row.statistic],
        estimate=row.centre,
        low=row.low,
        high=row.high,
    )


def measured(evidence: Evidence, choice: Choice, asked: AskedOutcome, reading: Reading) -> MeasuredEntry:
    """Means of both arms, or the difference between them, in the unit of the outcome."""
    numbers = [number(evidence, row_id, asked, reading) for row_id in choice.row_ids]
    if choice.enters_as == COMPUTED_CHANGE:
        correlation = asked.correlation if reading.correlation is None else reading.correlation
        if correlation is None:
            raise Unusable(
                f"data/outcomes.csv, {asked.row_id}: no correlation is stated, and {choice.row_id} needs one"
            )
        numbers = list(changes(numbers, correlation))
    entry = MeasuredEntry(
        trial=choice.trial,
        role=choice.role,
        label=choice.label,
        rows=choice.row_ids,
        obtained=tuple(dict.fromkeys(part.obtained for part in numbers)),
        timepoint_days=numbers[0].day,
        n_treatment=None,
        n_control=None,
        marks=marks_of(numbers, choice.enters_as),
        altered=reading.words,
        way=choice.enters_as,
        treatment=None,
        control=None,
        refused="; ".join(dict.fromkeys(refusals(numbers))),
        skewed=any(part.conversion.skewed and not part.conversion.usable for part in numbers),
    )
    if numbers[0].arm == BETWEEN_ARMS:
        trial = evidence.trial(choice.trial)
        (only,) = numbers
        return replace(
            entry,
            n_treatment=trial.randomised_treatment,
            n_control=trial.randomised_control,
            difference=only.mean,
            se=only.spread,
        )
    treatment, control = (arm_mean(numbers, arm) for arm in ARMS)
    return replace(
        entry,
        treatment=treatment,
        control=control,
        n_treatment=treatment.n if treatment else None,
        n_control=control.n if control else None,
    )


def marks_of(numbers: Sequence[Number], way: str) -> tuple[Mark, ...]:
    """How the numbers were got, each mark once."""
    change: tuple[Mark, ...] = () if way == FINAL else ("change",)
    return tuple(dict.fromkeys((*(mark for part in numbers for mark in part.marks), *change)))


def refusals(numbers: Sequence[Number]) -> Iterator[str]:
    """Why rows have no mean with its spread."""
    for part in numbers:
        if not part.conversion.usable:
            yield part.conversion.method.removeprefix("not converted: ")
        elif part.n is None and part.arm != BETWEEN_ARMS:
            yield NO_SIZE


def arm_mean(numbers: Sequence[Number], arm: str) -> ArmMean | None:
    """An arm's numbers; None where not even its size is known."""
    (part,) = (part for part in numbers if part.arm == arm)
    if part.n is None:
        return None
    return ArmMean(part.n, part.mean, part.spread, part.log)


def changes(numbers: Sequence[Number], correlation: float) -> Iterator[Number]:
    """Final minus baseline of each arm, the SD by the correlation; as many patients as were measured at the end."""
    for last in (part for part in numbers if part.day != BASELINE_DAY):
        (first,) = (part for part in numbers if part.arm == last.arm and part.day == BASELINE_DAY)
        mean = spread = None
        if first.mean is not None and last.mean is not None and first.spread and last.spread:
            mean, spread = last.mean - first.mean, sd_of_change(first.spread, last.spread, correlation)
        conversion = last.conversion if first.conversion.usable else first.conversion
        marks: tuple[Mark, ...] = ("converted", *first.marks, *last.marks)
        yield replace(last, mean=mean, spread=spread, log=None, conversion=conversion, marks=marks)


def number(evidence: Evidence, row_id: str, asked: AskedOutcome, reading: Reading) -> Number:
    """One row of a measured outcome, in the unit of the outcome."""
    row = evidence.row(row_id)
    if isinstance(row, DigitisedSeries):
        return read_off(evidence, row, reading)
    if not isinstance(row, Continuous):
        raise Unusable(f"{row_id} is not a row of data/continuous.csv. Remedy: name one in choices.csv, column rows")
    scale = scale_of(evidence, row.outcome)
    conversion = converted(evidence, row, scale, reading.despite_skew)
    factor = scale.factor or 1.0
    spread = conversion.se if row.arm == BETWEEN_ARMS else conversion.sd
    log = log_arm(row, scale, conversion, factor) if row.arm != BETWEEN_ARMS else None
    marks: tuple[Mark, ...] = ("converted",) if conversion.converted else ()
    return Number(
        row=row_id,
        obtained=row.obtained,
        arm=row.arm,
        day=row.timepoint_days,
        conversion=conversion,
        n=conversion.n,
        mean=None if conversion.mean is None else conversion.mean * factor,
        spread=None if spread is None else spread * factor,
        log=log,
        marks=(*marks, "digitised") if row.obtained == "digitised" else marks,
    )


def read_off(evidence: Evidence, series: DigitisedSeries, reading: Reading) -> Number:
    """A series read from a figure, moved within its reading error where the reading asks for it."""
    scale = scale_of(evidence, series.outcome)
    conversion = of_series(series, scale, reading.despite_skew)
    if conversion.mean is not None and reading.means:
        down = (reading.means == "lowest") == (series.arm == ARMS[0])
        conversion = replace(conversion, mean=series.mean.low if down else series.mean.high)
    if conversion.sd is not None and series.sd is not None and reading.spreads:
        moved = max(series.sd.low, TINY) if reading.spreads == "smallest" else series.sd.high
        conversion = replace(conversion, sd=moved)
    factor = scale.factor or 1.0
    marks: tuple[Mark, ...] = ("converted", "digitised") if conversion.converted else ("digitised",)
    return Number(
        row=series.row_id,
        obtained=series.obtained,
        arm=series.arm,
        day=series.day,
        conversion=conversion,
        n=series.n,
        mean=None if conversion.mean is None else conversion.mean * factor,
        spread=None if conversion.sd is None else conversion.sd * factor,
        log=log_arm(series, scale, conversion, factor),
        marks=marks,
    )


def scale_of(evidence: Evidence, quantity: str) -> Scale:
    """The scale of a quantity; every quantity has one."""
    return next(scale for scale in evidence.scales if scale.quantity == quantity)
