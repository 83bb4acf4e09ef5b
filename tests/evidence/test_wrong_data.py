"""Data that are wrong in all places alike, sealed by their author: what rows know of each other refuses them.

Each attack changes a copy, and the copy is sealed where that is possible, so that no seal helps. What cannot be known
is in the campaign too: it must be accepted, and is counted as such.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attacks import CHANGED, REFUSED, Attack, is_found, outcome
from data_copy import Copy

from analysis.evidence.load import Evidence

pytestmark = pytest.mark.campaign
OTHER_ARM = {"treatment": "control", "control": "treatment"}
COUNTED = ("events", "n")


def cells(table: str, row: str, **changes: str) -> Callable[[Copy], object]:
    def apply(copy: Copy) -> None:
        for column, value in changes.items():
            copy.put(table, row, column, value)

    return apply


def every(table: str, column: str, change: Callable[[dict[str, str]], str]) -> Callable[[Copy], object]:
    """One column of all rows written anew from the row."""

    def apply(copy: Copy) -> None:
        head, *rows = copy.rows(table)
        at = head.index(column)
        copy.write(table, [head, *([*r[:at], change(dict(zip(head, r, strict=True))), *r[at + 1 :]] for r in rows)])

    return apply


def together(*changes: Callable[[Copy], object]) -> Callable[[Copy], object]:
    def apply(copy: Copy) -> None:
        for change in changes:
            change(copy)

    return apply


def exchanged(trial: str, outcome: str) -> Callable[[Copy], object]:
    """Both arms exchanged in all counts of a trial, and the order of the numbers quoted too."""

    def apply(copy: Copy) -> None:
        head, *rows = copy.rows("counts")
        for row in rows:
            if (row[head.index("trial")], row[head.index("outcome")]) != (trial, outcome):
                continue
            for part in COUNTED:
                a, b = head.index(f"{part}_treatment"), head.index(f"{part}_control")
                swapped = {row[a]: row[b], row[b]: row[a]}
                row[a], row[b] = row[b], row[a]
                if part == "events":
                    words = row[head.index("quotation")].split(" ")
                    row[head.index("quotation")] = " ".join(swapped.get(word, word) for word in words)
        copy.write("counts", [head, *rows])

    return apply


def again(trial: str, **changes: str) -> Callable[[Copy], object]:
    """A trial entered once more under another name, without its identifiers."""

    def apply(copy: Copy) -> None:
        head, *rows = copy.rows("trials")
        row = dict(zip(head, next(row for row in rows if row[0] == trial), strict=True))
        row |= {"row_id": f"{trial}b", "label": f"{row['label']}b", "doi": "", "pmid": "", "registry_id": ""}
        row |= {"citation": "", "year": "", "eligibility": "excluded", "exclusion_class": "not randomised"} | changes
        copy.write("trials", [head, *rows, list(row.values())])

    return apply


def moved(row: str, value: str) -> Callable[[Copy], object]:
    """A standard deviation given as a standard error."""
    return cells("continuous", row, statistic="mean/SE", se=value, sd="")


DAY_30, CHOICE = "deaths-bowdish2023-d30", "choice-death-bowdish2023"
SHI, SAE_SHI = "deaths-shi2021-ajrccm2024", "sae-shi2021-d28"
CAPITALS = (
    "EFFECT OF HUMAN UMBILICAL CORD DERIVED MESENCHYMAL STEM CELLS ON LUNG DAMAGE IN SEVERE COVID-19 PATIENTS: "
    "A RANDOMIZED DOUBLE-BLIND PLACEBO-CONTROLLED PHASE 2 TRIAL"
)
RNF = "continuous-lanzoni2021-stnfr2-d6-msc"


def wrong(name: str, change: Callable[[Copy], object], table: str, column: str, says: str) -> Attack:
    return Attack(name, change, f"{table}.csv", column, says)


KNOWABLE = [
    wrong("another day chosen", cells("choices", CHOICE, rows="deaths-bowdish2023-d14"), "choices", "label",
          "says day 30, but its rows are of day 14"),
    wrong("a month in the label", cells("choices", CHOICE, label="Bowdish 2023, 2 months"), "choices", "label",
          "says 2 months, but its rows are of day 30"),
    wrong("a day where none is given", cells("choices", "choice-death-dilogo2021", label="Dilogo 2021, day 28"),
          "choices", "label", "says day 28, but its rows are of no day"),
    wrong("another trial in the label", cells("choices", CHOICE, label="Monsel 2022, day 30"), "choices", "label",
          "names Monsel 2022, but is a choice of Bowdish 2023"),
    wrong("other counts in the label",
          cells("choices", "choice-death-lanzoni2021-1of12", label="Lanzoni 2021 as 3/12"),
          "choices", "label", "says 3 of 12, which no arm of its row has"),
    wrong("double zero that is none",
          cells("counts", SHI, events_treatment="6", quotation="Shi et al. | 65 | 35 ... 6/65 (9) | 0/35 (0)"),
          "counts", "events_treatment", "is not 0, but outcome_detail says 'double zero'"),
    wrong("double zero in the label alone", together(
        cells("counts", SHI, events_treatment="6", outcome_detail="",
              quotation="Shi et al. | 65 | 35 ... 6/65 (9) | 0/35 (0)")),
          "counts", "events_treatment", "label of choice-death-shi2021 says 'double zero'"),
    wrong("no deaths in words alone", together(
        cells("counts", SHI, events_treatment="6", outcome_detail="",
              quotation="Shi et al. | 65 | 35 ... 6/65 (9) | 0/35 (0)"),
        cells("choices", "choice-death-shi2021", label="Shi 2021, latest time point")),
          "counts", "events_treatment", "reason of shi2021 says 'zero deaths in both arms'"),
    wrong("arms of all rows exchanged, words", exchanged("dilogo2021", "death"), "counts", "events_treatment",
          "stands in the other order in"),
    wrong("arms of all rows exchanged, ratios", together(
        exchanged("bowdish2023", "death"),
        cells("counts", DAY_30, quotation="died by D 30 | 47 (42.7) | 42 (37.5)", printed_measure="",
              printed_estimate="", printed_low="", printed_high="")),
          "counts", "events_treatment", "deaths-bowdish2023-d30-ratio prints 0.88"),
    wrong("arms of measurements exchanged", every("continuous", "arm", lambda r: OTHER_ARM.get(r["arm"], r["arm"])),
          "continuous", "centre", "of the control arm in the quotation"),
    wrong("arms of baselines exchanged", every("baseline", "arm", lambda r: OTHER_ARM.get(r["arm"], r["arm"])),
          "baseline", "value", "of the control arm in the quotation"),
    wrong("a trial again under another name", again("rebelatto2022"), "trials", "title",
          "is that of rebelatto2022 too"),
    wrong("a trial again with another title", again("rebelatto2022", title="", quotation="the words of another page"),
          "trials", "dose", "goes with the arms and the country of rebelatto2022 too"),
    wrong("a trial again in capitals", again("shi2021", title=CAPITALS),
          "trials", "title", "is that of shi2021 too"),
    wrong("a DOI twice", cells("bibliography", "zhu2021", doi="10.1038/s41392-021-00488-5"), "bibliography", "doi",
          "is the doi of shi2021 too"),
    wrong("a PubMed number twice", cells("bibliography", "zhu2021", pmid="33568628"), "bibliography", "pmid",
          "is the pmid of shi2021 too"),
    wrong("more with placebo than patients",
          cells("published", "published-scrt2023ucmsc-crp", patients_with_placebo="97"),
          "published", "patients_with_placebo", "is more than patients_total"),
    wrong("a year to come", cells("bibliography", "zhu2021", year="3021"), "bibliography", "year",
          "is no year between"),
    wrong("a year to come, everywhere", together(
        cells("trials", "zhu2021", year="2932", label="Zhu 2932"), cells("bibliography", "zhu2021", year="2932")),
          "trials", "year", "is no year between"),
    wrong("a day after seventy years", cells("counts", DAY_30, timepoint_days="28000", timepoint_text="day 28000"),
          "counts", "timepoint_days", "is more than"),
    wrong("a decision to come", cells("choices", CHOICE, decided_on="9999-12-31"), "choices", "decided_on",
          "is a day to come"),
    wrong("a protocol to come", every("protocol", "decided_on", lambda row: "2999-01-01"), "protocol", "decided_on",
          "is a day to come"),
    wrong("a seal to come", every("seals", "sealed_on", lambda row: "2999-01-01"), "seals", "sealed_on",
          "is a day to come"),
    wrong("placebo beside standard care", cells("trials", "shu2020", comparator_class="placebo"), "trials",
          "comparator_class", "which is a code of its own"),
    wrong("standard care beside saline", cells("trials", "adas2021", comparator_class="standard care",
          comparator="saline injections"), "trials", "comparator_class", "'saline', which is coded placebo in"),
    wrong("blinding beside open-label", cells("trials", "shu2020", blinding="double-blind or more"), "trials",
          "blinding", "stands beside design 'open-label'"),
    wrong("another tissue", cells("trials", "bowdish2023", intervention_class="adipose tissue"),
          "trials", "intervention_class",
          "stands beside intervention 'bone marrow'"),
    wrong("not randomised beside randomised", cells("trials", "meng2020", randomised="yes"), "trials", "randomised",
          "stands beside the design 'non-randomised'"),
    wrong("a rise called a fall", every("biomarkers", "direction",
          lambda r: "lower" if "increased levels of interleukin" in r["quotation"] else r["direction"]),
          "biomarkers", "direction", "stands beside the words 'increased'"),
    wrong("SD called a standard error", moved(RNF, "3071.96"), "continuous", "se", "far above an SD of"),
    wrong("SE beside the word SD", together(
        moved(RNF, "3071.96"), cells("continuous", RNF, quotation="mean (SD) 26609.09 (3071.96)")),
          "continuous", "statistic", "stands beside words that name SD"),
    wrong("an SD beyond any data", cells("continuous", "continuous-lanzoni2021-crp-d6-msc", sd="310",
          quotation="C-Reactive Protein 101.01 … 310"), "continuous", "sd", "with this mean can have"),
    wrong("the living quoted for the dead", cells("counts", DAY_30,
          quotation="42 (37.5) of 112 lived and 47 (42.7) of 110 lived, 0.88 (0.64–1.21)"), "counts", "quotation",
          "says 'lived', but the row counts deaths"),
    wrong("survivors quoted for the dead", cells("counts", DAY_30,
          quotation="Survivors | 42 (37.5) | 47 (42.7) | 0.88 (0.64–1.21)"), "counts", "quotation",
          "says 'Survivors', but the row counts deaths"),
    wrong("another unit in the scale and its rows", together(
        cells("scales", "scale-crp", unit="mg/dL"),
        every("continuous", "unit", lambda r: "mg/dL" if r["outcome"] == "CRP" else r["unit"]),
        every("baseline", "unit", lambda r: "mg/dL" if r["characteristic"] == "CRP" else r["unit"])),
          "scales", "factor", ""),
    wrong("numbers without a word", cells("counts", DAY_30, quotation="42 47 0.88 0.64 1.21"), "counts", "quotation",
          "holds numbers without a word"),
    wrong("who sealed", every("seals", "sealed_by", lambda row: "another name"), "seals", "sealed_by",
          "names nobody of assessors.csv"),
]  # fmt: skip
#: wrong in every place that speaks of it: nobody but a reader of the report can know
UNKNOWABLE = [
    Attack("deaths of one arm, in every row, ratio and p-value", together(
        cells("counts", DAY_30, events_treatment="24", printed_estimate="0.50", printed_low="0.33",
              printed_high="0.76", quotation="died by D 30 | 24 (21.4) | 47 (42.7) | 0.50 (0.33–0.76)"),
        cells("counts", f"{DAY_30}-abstract", events_treatment="24",
              quotation="Thirty-day mortality was 21.4% (24/112) in cell recipients versus 42.7% (47/110)"),
        cells("counts", f"{DAY_30}-ratio", printed_estimate="0.50", printed_low="0.33", printed_high="0.76",
              printed_p="0.001", quotation="relative risk [RR], 0.50; 95% CI, 0.33-0.76; P = 0.001"))),
    Attack("a count and its percentage", cells("counts", SAE_SHI, events_treatment="11",
           quotation="Shi et al. [18]*** | 37(56.9) ; 21(60) | 72 ; 36 | 11(16.9) ; 0 | Patients with SAE.")),
    Attack("severity in free words", cells("trials", "bowdish2023", severity="mild to moderate, outpatients")),
]  # fmt: skip


@pytest.mark.parametrize("attack", KNOWABLE + UNKNOWABLE, ids=lambda attack: attack.name)
def test_data_that_are_wrong_in_all_places_alike(
    attack: Attack, copy: Copy, evidence: Evidence, record_property: Callable[[str, str], None]
) -> None:
    found = outcome(copy, attack, evidence)
    if attack.file:
        assert found.kind == REFUSED
        assert is_found(attack, found), [str(problem) for problem in found.problems]
    else:
        assert found.kind == CHANGED, found.problems
    record_property("tally", f"data wrong in all places alike: {found.kind}")
