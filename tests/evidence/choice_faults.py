"""What can be wrong with choices, scales and outcomes: cells to write, and where and how that must be refused."""

from __future__ import annotations

Place = tuple[str, str, str]

FINALS = "continuous-bowdish2023-crp-d7-treatment continuous-bowdish2023-crp-d7-control"
LATER = FINALS.replace("-d7-", "-d14-")
CHANGES = "continuous-gorman2023-crp-change-d7-treatment continuous-gorman2023-crp-change-d7-control"
BOTH_TIMES = (
    "continuous-monsel2022-crp-d0-treatment continuous-monsel2022-crp-d0-control "
    "continuous-monsel2022-crp-d7-treatment continuous-monsel2022-crp-d7-control"
)
EARLIER = "continuous-pochon2023-crp-d5-treatment continuous-pochon2023-crp-d5-control"
BOWDISH, MONSEL = "choice-crp-bowdish2023", "choice-crp-monsel2022"
DEATH = "choice-death-bowdish2023"
DIFFERENCE = "continuous-dilogo2021-crp-d7-treatment-minus-control"
#: the difference between the arms of one trial as a printed ratio of their means
RATIO: dict[Place, str] = {
    ("choices", "choice-crp-dilogo2021", "enters_as"): "printed effect",
    ("continuous", DIFFERENCE, "arm"): "treatment over control",
    ("continuous", DIFFERENCE, "centre"): "0.82",
    ("continuous", DIFFERENCE, "low"): "0.61",
    ("continuous", DIFFERENCE, "high"): "1.10",
    ("continuous", DIFFERENCE, "statistic"): "ratio of geometric means/95% CI",
    ("continuous", DIFFERENCE, "quotation"): "CRP, day 7: 0.82 (0.61 to 1.10)",
}

#: what is wrong → the cells that are written, the place where it must be found ("" row: the first), and the message
ENTERS_AS: dict[str, tuple[dict[Place, str], Place, str]] = {
    "listed and used": (
        {("choices", "choice-crp-rebelatto2022", "enters_as"): "final values"},
        ("choices", "choice-crp-rebelatto2022", "enters_as"),
        "'final values' does not go with role listed; empty it, or give another role",
    ),
    "counts of what is measured": (
        {("choices", BOWDISH, "enters_as"): "counts"},
        ("choices", BOWDISH, "enters_as"),
        "'counts' does not go with CRP, which is measured; write final values or changes or computed changes",
    ),
    "final values of what is counted": (
        {("choices", DEATH, "enters_as"): "final values"},
        ("choices", DEATH, "enters_as"),
        "'final values' does not go with death, which is counted; write counts or printed effect",
    ),
    "used without saying how": (
        {("choices", BOWDISH, "enters_as"): ""},
        ("choices", BOWDISH, "enters_as"),
        "does not go with CRP, which is measured; write final values",
    ),
    "outcome that is not pooled": (
        {("choices", BOWDISH, "analysis"): "clinical severity"},
        ("choices", BOWDISH, "enters_as"),
        "does not go with clinical severity, which is direction only; leave clinical severity out of choices.csv",
    ),
    "primary without rows": (
        {("choices", BOWDISH, "rows"): ""},
        ("choices", BOWDISH, "rows"),
        "is empty for role primary; name the rows that the result rests on",
    ),
}
ROWS: dict[str, tuple[dict[Place, str], Place, str]] = {
    "a row that is not there": (
        {("choices", BOWDISH, "rows"): FINALS.replace("control", "placebo")},
        ("choices", BOWDISH, "rows"),
        "names continuous-bowdish2023-crp-d7-placebo, which is no row of counts.csv or continuous.csv and no "
        "digitised series; name one that exists",
    ),
    "a row of another trial": (
        {("choices", BOWDISH, "rows"): EARLIER},
        ("choices", BOWDISH, "rows"),
        "names continuous-pochon2023-crp-d5-treatment, a row of pochon2023; name a row of bowdish2023",
    ),
    "whole counts of a trial that is listed": (
        {("choices", DEATH, "role"): "listed", ("choices", DEATH, "enters_as"): ""},
        ("choices", DEATH, "rows"),
        "is complete, but only listed; give it the role primary or sensitivity, or name no row",
    ),
    "counts of events": (
        {
            ("choices", "choice-sae-gorman2023", "role"): "primary",
            ("choices", "choice-sae-gorman2023", "enters_as"): "counts",
        },
        ("choices", "choice-sae-gorman2023", "rows"),
        "counts events, not patients; choose a row of patients",
    ),
    "counts among what is measured": (
        {("choices", BOWDISH, "rows"): f"{FINALS} deaths-bowdish2023-d30"},
        ("choices", BOWDISH, "rows"),
        "names a row of counts.csv; name rows of what measures CRP",
    ),
    "a measurement among counts": (
        {("choices", DEATH, "rows"): FINALS.split()[0]},
        ("choices", DEATH, "rows"),
        "is not one row of counts.csv; name one",
    ),
    "two rows of counts": (
        {("choices", DEATH, "rows"): "deaths-bowdish2023-d30 deaths-bowdish2023-d14"},
        ("choices", DEATH, "rows"),
        "is not one row of counts.csv; name one",
    ),
    "two days": (
        {("choices", BOWDISH, "rows"): f"{FINALS.split()[0]} {LATER.split()[1]}"},
        ("choices", BOWDISH, "rows"),
        "mixes the days 14, 7; name both arms on one day",
    ),
    "a day outside the window": (
        {("outcomes", "outcome-crp", "to_day"): "8"},
        ("choices", "choice-crp-pochon2023", "rows"),
        "is of day 9, outside the window of CRP; name rows from day 3 to day 8, or list the trial",
    ),
    "an unknown day": (
        {
            ("continuous", FINALS.split()[0], "timepoint_days"): "",
            ("continuous", FINALS.split()[1], "timepoint_days"): "",
        },
        ("choices", BOWDISH, "rows"),
        "is of an unknown day, outside the window of CRP; name rows from day 3 to day 14, or list the trial",
    ),
    "a day after a window with one end": (
        {("outcomes", "outcome-crp", "from_day"): "", ("outcomes", "outcome-crp", "to_day"): "8"},
        ("choices", "choice-crp-pochon2023", "rows"),
        "is of day 9, outside the window of CRP; name rows to day 8, or list the trial",
    ),
    "a printed ratio of a day outside the window": (
        RATIO | {("continuous", DIFFERENCE, "timepoint_days"): "20"},
        ("choices", "choice-crp-dilogo2021", "rows"),
        "is of day 20, outside the window of CRP; name rows from day 3 to day 14, or list the trial",
    ),
    "a printed ratio of an unknown day": (
        RATIO | {("continuous", DIFFERENCE, "timepoint_days"): ""},
        ("choices", "choice-crp-dilogo2021", "rows"),
        "is of an unknown day, outside the window of CRP",
    ),
    "a printed effect that is a difference": (
        {("choices", "choice-crp-dilogo2021", "enters_as"): "printed effect"},
        ("choices", "choice-crp-dilogo2021", "rows"),
        "is not one ratio of means with its interval; name a row of treatment over control on CRP",
    ),
    "one arm": (
        {("choices", BOWDISH, "rows"): FINALS.split()[0]},
        ("choices", BOWDISH, "rows"),
        "is treatment; name one row of each arm, or one of the difference between them",
    ),
    "one arm twice": (
        {("choices", BOWDISH, "rows"): f"{FINALS.split()[0]} {FINALS.split()[0]}"},
        ("choices", BOWDISH, "rows"),
        "is treatment and treatment; name one row of each arm",
    ),
    "a change without the baseline of one arm": (
        {("choices", MONSEL, "rows"): BOTH_TIMES.partition(" ")[2]},
        ("choices", MONSEL, "rows"),
        "is not both arms at day 0 and at one later day; name these four rows",
    ),
    "a change without the values at the end": (
        {("choices", MONSEL, "rows"): " ".join(BOTH_TIMES.split()[:2])},
        ("choices", MONSEL, "rows"),
        "is not both arms at day 0 and at one later day; name these four rows",
    ),
    "a change without a correlation": (
        {("outcomes", "outcome-crp", "correlation"): ""},
        ("choices", MONSEL, "rows"),
        "needs a correlation, and CRP has none; state it in outcomes.csv",
    ),
    "a quantity that measures nothing": (
        {("scales", "scale-crp-change", "measures"): "", ("scales", "scale-crp-change", "factor"): ""},
        ("choices", "choice-crp-gorman2023", "rows"),
        f"names {CHANGES.split()[0]}, whose quantity CRP change does not measure CRP; choose another row, or say so "
        "in the column measures of scales.csv",
    ),
    "a quantity that measures another outcome": (
        {("choices", "choice-il-6-shi2021", "analysis"): "CRP"},
        ("choices", "choice-il-6-shi2021", "rows"),
        "whose quantity IL-6 does not measure CRP; choose another row",
    ),
    "changes from final values": (
        {("choices", BOWDISH, "enters_as"): "changes"},
        ("choices", BOWDISH, "rows"),
        f"takes changes from {FINALS.split()[0]}, a value; make enters_as and the rows agree",
    ),
    "final values from changes": (
        {("choices", "choice-crp-gorman2023", "enters_as"): "final values"},
        ("choices", "choice-crp-gorman2023", "rows"),
        f"takes final values from {CHANGES.split()[0]}, a change; make enters_as and the rows agree",
    ),
    "a unit without a way to that of the outcome": (
        {("scales", "scale-crp-dl", "factor"): ""},
        ("choices", "choice-crp-lanzoni2021", "rows"),
        "names continuous-lanzoni2021-crp-in-mg-dl-d6-treatment in mg/dL, and CRP is pooled in mg/L; give the factor "
        "between the two units in scales.csv",
    ),
    "a printed effect that is not there": (
        {
            ("choices", "choice-death-dilogo2021", "enters_as"): "printed effect",
            ("counts", "deaths-dilogo2021-abstract", "printed_low"): "",
        },
        ("choices", "choice-death-dilogo2021", "rows"),
        "has no printed ratio with its interval; choose a row that prints a RR or OR",
    ),
    "a printed effect by another measure": (
        {("choices", DEATH, "enters_as"): "printed effect", ("outcomes", "outcome-deaths", "measure"): "OR"},
        ("choices", DEATH, "rows"),
        "prints a RR; pooled is the OR: list the trial",
    ),
    "a printed effect of another outcome": (
        {
            ("choices", "choice-sae-monsel2022", "enters_as"): "printed effect",
            ("choices", "choice-sae-monsel2022", "rows"): "deaths-monsel2022-d28",
        },
        ("choices", "choice-sae-monsel2022", "rows"),
        "is about death; choose a row on serious adverse event",
    ),
    "another day than the rule picks": (
        {("choices", BOWDISH, "rows"): LATER},
        ("choices", BOWDISH, "rows"),
        "is not of day 7, the one nearest to day 7 that the trial gives; choose that day, or say why",
    ),
    "the earlier of two days that are equally near": (
        {("choices", "choice-crp-pochon2023", "rows"): EARLIER},
        ("choices", "choice-crp-pochon2023", "rows"),
        "is not of day 9, the one nearest to day 7 that the trial gives; choose that day, or say why",
    ),
}
OUTCOMES: dict[str, tuple[dict[Place, str], Place, str]] = {
    "a measure twice": (
        {("outcomes", "outcome-crp", "further_measures"): "ROM MD"},
        ("outcomes", "outcome-crp", "further_measures"),
        "'ROM MD' repeats MD; name each measure once",
    ),
    "a further measure twice": (
        {("outcomes", "outcome-crp", "further_measures"): "ROM ROM"},
        ("outcomes", "outcome-crp", "further_measures"),
        "'ROM ROM' repeats ROM; name each measure once",
    ),
    "a correlation of counts": (
        {("outcomes", "outcome-deaths", "correlation"): "0.5"},
        ("outcomes", "outcome-deaths", "correlation"),
        "does not go with kind counted; empty it",
    ),
    "a mean difference of counts": (
        {("outcomes", "outcome-deaths", "measure"): "MD"},
        ("outcomes", "outcome-deaths", "measure"),
        "'MD' does not go with kind counted; write one of RR, OR, RD",
    ),
    "a ratio of risks of what is measured, beside others": (
        {("outcomes", "outcome-crp", "further_measures"): "ROM OR"},
        ("outcomes", "outcome-crp", "further_measures"),
        "'ROM OR' does not go with kind measured; write one of MD, SMD, ROM",
    ),
    "a measure of what is not pooled": (
        {("outcomes", "outcome-severity", "measure"): "MD"},
        ("outcomes", "outcome-severity", "measure"),
        "'MD' does not go with kind direction only; empty it",
    ),
    "no measure": (
        {("outcomes", "outcome-crp", "measure"): ""},
        ("outcomes", "outcome-crp", "measure"),
        "does not go with kind measured; write one of MD, SMD, ROM",
    ),
    "a unit of counts": (
        {("outcomes", "outcome-deaths", "unit"): "patients"},
        ("outcomes", "outcome-deaths", "unit"),
        "'patients' does not go with kind counted; make kind and unit agree",
    ),
    "no unit": (
        {("outcomes", "outcome-crp", "unit"): ""},
        ("outcomes", "outcome-crp", "unit"),
        "does not go with kind measured; make kind and unit agree",
    ),
    "no smallest number of trials": (
        {("outcomes", "outcome-crp", "minimum_trials"): ""},
        ("outcomes", "outcome-crp", "minimum_trials"),
        "does not go with kind measured; make them agree",
    ),
    "a smallest number of trials of what is not pooled": (
        {("outcomes", "outcome-severity", "minimum_trials"): "2"},
        ("outcomes", "outcome-severity", "minimum_trials"),
        "'2' does not go with kind direction only; make them agree",
    ),
    "a window that ends before it begins": (
        {("outcomes", "outcome-crp", "to_day"): "2"},
        ("outcomes", "outcome-crp", "to_day"),
        "'2' is before day 3; order the days",
    ),
    "a day to prefer outside the window": (
        {("outcomes", "outcome-crp", "target_day"): "15"},
        ("outcomes", "outcome-crp", "target_day"),
        "'15' lies outside the window; choose a day in it",
    ),
    "a quantity that measures what is counted": (
        {("scales", "scale-crp", "measures"): "death"},
        ("scales", "scale-crp", "measures"),
        "'death' is no measured outcome; write one of CRP, IL-6",
    ),
    "ranks": (
        {("scales", "scale-crp", "kind"): "rank"},
        ("scales", "scale-crp", "measures"),
        "'CRP' does not go with ranks; empty it",
    ),
    "a factor between a unit and itself": (
        {("scales", "scale-crp", "factor"): "10"},
        ("scales", "scale-crp", "factor"),
        "'10' is not 1, and both units are mg/L; write 1",
    ),
    "a factor of 1 between two units": (
        {("scales", "scale-crp-dl", "factor"): "1"},
        ("scales", "scale-crp-dl", "factor"),
        "takes one mg/dL for one mg/L, in which CRP is pooled; write the factor between the two, or say why",
    ),
    "a factor without an outcome": (
        {("scales", "scale-age", "factor"): "1"},
        ("scales", "scale-age", "factor"),
        "'1' stands without an outcome, or is not positive; give both, or neither",
    ),
    "a factor of nothing": (
        {("scales", "scale-crp-dl", "factor"): "0"},
        ("scales", "scale-crp-dl", "factor"),
        "'0' stands without an outcome, or is not positive; give both, or neither",
    ),
}
FAULTS = {**ENTERS_AS, **ROWS, **OUTCOMES}
