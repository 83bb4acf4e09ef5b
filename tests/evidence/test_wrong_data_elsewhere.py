"""Further data that are wrong and sealed: other trials, tables and columns than those of test_wrong_data.

What follows from nothing else in the evidence is tried too: it must load, and is counted as accepted.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attacks import CHANGED, REFUSED, Attack, is_found, outcome
from data_copy import Copy
from test_wrong_data import cells, every, exchanged, together, wrong

from analysis.evidence.load import Evidence

pytestmark = pytest.mark.campaign
REGISTER = '"C-Reactive Protein Levels" … "OutcomeMeasurementValue": "{}" … "OutcomeMeasurementSpread": "{}"'
CRP_6, SOFA_6 = "continuous-lanzoni2021-crp-d6", "continuous-lanzoni2021-sofa-score-d6"
OXYGENATION, SOFA_7 = "continuous-gorman2023-oxygenation-index-d7", "continuous-monsel2022-sofa-change-d0-d7-d7"
LESION = "continuous-shi2021-solid-component-lesion-volume-d28-msc-minus-control"
DEATHS_30, MONSEL_14, SAE_MONSEL = "deaths-bowdish2023-d30", "sae-monsel2022-d14", "choice-sae-monsel2022"
OTHER_ARM = {"treatment": "control", "control": "treatment"}


def both(*changes: tuple[str, dict[str, str]], table: str = "continuous") -> Callable[[Copy], object]:
    return together(*(cells(table, row, **new) for row, new in changes))


def measured(mean: str, sd: str) -> dict[str, str]:
    """A mean and its SD, in the words of the register too."""
    return {"centre": mean, "sd": sd, "quotation": REGISTER.format(mean, sd)}


def renamed(text: str, new: str, table: str, row: str, column: str) -> Callable[[Copy], object]:
    def apply(copy: Copy) -> None:
        rows = copy.rows(table)
        old = rows[copy.number(table, row)][rows[0].index(column)]
        assert text in old
        copy.put(table, row, column, old.replace(text, new))

    return apply


COUNTS = [
    wrong("arms of two reviews exchanged", exchanged("adas2021", "death"), "counts", "events_treatment", "arms"),
    wrong("arms of the register exchanged", exchanged("lanzoni2021", "serious adverse event"), "counts",
          "events_treatment", "exchanged"),
    wrong("the words of another trial", cells("counts", "deaths-adas2021-ajrccm2024",
          quotation="Dilogo et al. (2021) (42) | 10 | 10 ... 3/10 (30) | 6/10 (60)"), "counts", "trial",
          "is not the trial of Dilogo"),
    wrong("the source of another trial", cells("counts", DEATHS_30, source="shu2020"), "counts", "source",
          "the source of the"),
    wrong("the recovered quoted for the dead", cells("counts", DEATHS_30,
          quotation="Recovered by D 30 | 42 (37.5) | 47 (42.7) | 0.88 (0.64–1.21)"), "counts", "quotation",
          "says 'Recovered', but the row counts deaths"),
    wrong("the discharged quoted for the dead", cells("counts", f"{DEATHS_30}-abstract",
          quotation="37.5% (42/112) of cell recipients were discharged versus 42.7% (47/110) of controls"), "counts",
          "quotation", "says 'discharged', but the row counts deaths"),
    wrong("a day of the id moved", cells("counts", "deaths-monsel2022-d28", timepoint_days="14",
          timepoint_text="day 14"), "counts", "timepoint_days", "is not the day 28 that the row's id names"),
    wrong("a p-value of other counts", cells("counts", MONSEL_14, printed_p="0.0079",
          quotation="Subjects with SAEs 6/21 (28.6%) 6/24 (25%) 0.0079"), "counts", "printed_p", "none of"),
]  # fmt: skip
CHOICES = [
    wrong("a later result without its day", cells("choices", SAE_MONSEL, rows="sae-monsel2022-after-d14",
          label="Monsel 2022"), "choices", "rows", "but bias was judged of 'serious adverse event, days 0 to 14'"),
    wrong("an earlier result with its day", cells("choices", "choice-death-bowdish2023", rows="deaths-bowdish2023-d7",
          label="Bowdish 2023, day 7"), "choices", "rows", "are of day 7, but bias was judged of 'death, day 30'"),
    wrong("a trial left out in silence", cells("choices", "choice-death-monsel2022", role="listed", rows="",
          enters_as=""), "choices", "role", "leaves out deaths-monsel2022"),
    wrong("a trial made a sensitivity analysis", cells("choices", "choice-death-monsel2022", role="sensitivity"),
          "trials", "row_id", "choices.csv is silent"),
    wrong("a day where none is stated", cells("counts", "deaths-dilogo2021-abstract", timepoint_days="28",
          timepoint_text="day 28"), "choices", "label", "says 'time point not stated', but its rows are of day 28"),
    wrong("two labels exchanged", both(("choice-death-monsel2022", {"label": "Dilogo 2021, day 28"}),
          ("choice-death-dilogo2021", {"label": "Monsel 2022, time point not stated"}), table="choices"), "choices",
          "label", "names Dilogo 2021"),
    wrong("two trials exchanged", both(
        ("choice-death-monsel2022", {"trial": "rebelatto2022", "rows": "deaths-rebelatto2022-tard2023",
                                     "label": "Rebelatto 2022"}),
        ("choice-death-rebelatto2022", {"trial": "monsel2022", "rows": "deaths-monsel2022-d28",
                                        "label": "Monsel 2022"}), table="choices"), "choices", "trial",
          "is not the monsel2022 that the row's id names"),
    wrong("bias judged of other days", cells("risk_of_bias", "rob-own-monsel2022-sae-overall",
          outcome="serious adverse event, days 15 to 28"), "choices", "rows", "but bias was judged of"),
]  # fmt: skip
MEASURED = [
    wrong("arms of one result exchanged", both((f"{CRP_6}-msc", {"arm": "control"}), (f"{CRP_6}-control",
          {"arm": "treatment"})), "continuous", "arm", "does not go with the 'msc' of the row's id"),
    wrong("arms of another result exchanged", both(
        ("continuous-lanzoni2021-stnfr2-d6-msc", {"arm": "control"}),
        ("continuous-lanzoni2021-stnfr2-d6-control", {"arm": "treatment"})), "continuous", "arm", "of the row's id"),
    wrong("standard errors of both arms for SDs", both((f"{CRP_6}-msc", measured("101.01", "46.33")),
          (f"{CRP_6}-control", measured("112.55", "31.57"))), "continuous", "sd", "times √11 it is 105"),
    wrong("a decimal point moved to the left", cells("continuous", f"{CRP_6}-msc", **measured("10.1", "13.1")),
          "continuous", "centre", "is 11 times off the 112.55 of the control arm"),
    wrong("a decimal point moved to the right", cells("continuous", f"{CRP_6}-msc", **measured("1010.1", "1310.5")),
          "continuous", "centre", "is 9 times off"),
    wrong("a decimal point of a baseline", cells("baseline", "baseline-monsel2022-age-msc-mean", value="640",
          quotation="Age, years 640 (10.4) 63.2 (11.4) 0.82"), "baseline", "value", "is 10 times off the 63.2"),
    wrong("a score out of proportion", cells("continuous", f"{SOFA_6}-msc", centre="65.6",
          quotation='"SOFA Scores" … "65.6" … "2.7"'), "continuous", "centre", "is 10 times off"),
    wrong("quartiles called a range", cells("continuous", "continuous-zhu2021-hospital-stay-d28-msc", low="", high="",
          statistic="median/range", minimum="8", maximum="14"), "continuous", "statistic",
          "is not that of the control"),
    wrong("quartiles called limits", cells("continuous", "continuous-shu2020-hospital-stay-d28-msc",
          statistic="mean/95% CI"), "continuous", "statistic", "is not that of the control arm, median/IQR"),
    wrong("another day", cells("continuous", f"{SOFA_6}-msc", timepoint_days="60"), "continuous", "timepoint_days",
          "is not the day 6 that the row's id names"),
    wrong("another day of both arms", both((f"{CRP_6}-msc", {"timepoint_days": "10"}), (f"{CRP_6}-control",
          {"timepoint_days": "10"})), "continuous", "timepoint_days", "is not the day 6"),
    wrong("a day against the quantity", cells("continuous", f"{SOFA_7}-msc", timepoint_days="14"), "continuous",
          "timepoint_days", "is not day 7, which the quantity tells"),
    wrong("a day against the words", both((f"{OXYGENATION}-msc", {"timepoint_days": "14"}), (f"{OXYGENATION}-control",
          {"timepoint_days": "14"})), "continuous", "timepoint_days", "is not day 7, which the quotation tells"),
    wrong("a sign lost", cells("continuous", f"{SOFA_7}-msc", centre="1.5", low="0.75", high="2"), "continuous",
          "centre", "is negative in the quotation"),
    wrong("a difference turned", cells("continuous", LESION, centre="15.45", low="0.39", high="30.82"), "continuous",
          "centre", "is negative in the quotation"),
    wrong("a sign that nobody printed", cells("continuous", f"{OXYGENATION}-msc", centre="-98.3"), "continuous",
          "centre", "is not negative in the quotation"),
    wrong("another unit in the words", cells("continuous", f"{OXYGENATION}-msc",
          quotation="Day 7 mean (SD) oxygenation index (ORBCEL-C, 98.3 [57.2] mm Hg; placebo, 96.6 [67.3] mm Hg)"),
          "continuous", "unit", "stands beside a number in mm Hg"),
    wrong("a spread of one patient", cells("continuous", f"{CRP_6}-msc", n="1"), "continuous", "sd",
          "of one patient"),
    wrong("two quantities exchanged", both(("continuous-lanzoni2021-tnf-alpha-d6-msc", {"outcome": "TNF-beta"}),
          ("continuous-lanzoni2021-tnf-beta-d6-msc", {"outcome": "TNF-alpha"})), "continuous", "outcome",
          "is not the TNF-alpha that the row's id names"),
    wrong("SDs called standard errors", every("continuous", "statistic",
          lambda r: "mean/SE" if r["statistic"] == "mean/SD" else r["statistic"]), "continuous", "sd", "is filled"),
]  # fmt: skip
TRIALS = [
    wrong("a registration that no row names", cells("trials", "lanzoni2021", registry_id="NCT99999999"), "trials",
          "registry_id", "lacks NCT04355728"),
    wrong("the label without its registration", cells("trials", "duke_nct04399889", registry_id=""), "trials",
          "registry_id", "lacks NCT04399889"),
    wrong("the title of another work", cells("trials", "monsel2022", title="Aspirin for headache in healthy adults"),
          "trials", "title", "is not that of monsel2022"),
    wrong("an allocation turned", cells("trials", "shi2021", design="randomised (1:2); double-blind; phase 2"),
          "trials",
          "design", "says 1:2, but 66 and 35 were randomised"),
    wrong("arms of a trial exchanged", cells("trials", "shi2021", randomised_treatment="35", randomised_control="66"),
          "trials", "design", "says 2:1, but 35 and 66 were randomised"),
    wrong("open in spite of masking", cells("trials", "soetjahjo2023", blinding="open-label"), "trials", "blinding",
          "stands beside design 'quadruple'"),
    wrong("half blind in spite of masking", cells("trials", "minnesota_nct04466098", blinding="single-blind"),
          "trials",
          "blinding", "stands beside design 'triple'"),
    wrong("a year moved everywhere", together(cells("trials", "monsel2022", year="2021", label="Monsel 2021"),
          cells("bibliography", "monsel2022", year="2021")), "bibliography", "year",
          "is not the year of the key, 2022"),
    wrong("a DOI moved everywhere", together(cells("trials", "monsel2022", doi="10.1002/sctm.21-9999"),
          cells("bibliography", "monsel2022", doi="10.1002/sctm.21-9999")), "bibliography", "doi",
          "not the DOI quoted"),
]  # fmt: skip
IL6, HAEBERLE = "biomarker-farkhad2022-il6", "biomarker-haberle2021-crp"
STATEMENTS = [
    wrong("no difference for a fall", cells("biomarkers", "biomarker-lanzoni2021-tnf-alpha",
          direction="no clear difference"), "biomarkers", "direction", "stands beside the words"),
    wrong("a fall for no difference", cells("biomarkers", HAEBERLE, direction="lower"), "biomarkers", "direction",
          "stands beside the words 'did not differ'"),
    wrong("one arm called a comparison", cells("biomarkers", "biomarker-rebelatto2022-il6", arms_text="MSC",
          comparison="between arms"), "biomarkers", "comparison", "stands beside the arms 'MSC'"),
    wrong("another marker", cells("biomarkers", IL6, biomarker="CRP"), "biomarkers", "biomarker", "is not the IL-6"),
    wrong("another trial", cells("biomarkers", "biomarker-rebelatto2022-il6", trial="monsel2022"), "biomarkers",
          "trial", "is not the rebelatto2022"),
    wrong("more patients than randomised", cells("biomarkers", "biomarker-rebelatto2022-il6", n="99"), "biomarkers",
          "n", "is more than the 17 randomised"),
    wrong("a p-value turned", cells("biomarkers", IL6, p_value_text="P > 0.05"), "biomarkers", "p_value_text",
          "has another sign than the quotation, <"),
]  # fmt: skip
YAN, QIN, QU = (
    "published-yan2023-mortality",
    "published-qin2024-28-day-mortality",
    "published-qu2021-all-cause-mortality",
)
REVIEWS = [
    wrong("a ratio against its words", cells("published", YAN, estimate="1.52", low="1.01", high="2.27",
          quotation="mortality was significantly lower in the MSCs group (RR: 1.52, 95% CI: 1.01, 2.27, p =.04)"),
          "published", "estimate", "stands beside the word 'lower'"),
    wrong("deaths coded as improvement", cells("published", QIN, outcome_class="clinical improvement"), "published",
          "outcome_class", "which is coded death in"),
    wrong("another heterogeneity", cells("published", QU, i2_percent="95"), "published", "i2_percent",
          "is not the I² quoted, 0"),
    wrong("ten times the patients", cells("published", QU, n="3000"), "published", "n", "quoted, 300"),
    wrong("another review", cells("published", QIN, citation="yan2023"), "published", "citation", "qin2024"),
    wrong("a judgement that nobody printed", every("risk_of_bias",
          "judgement", lambda r: "high" if r["judgement"] == "low"
          and r["row_id"].startswith("rob-monsel2022-rob1") else r["judgement"]), "risk_of_bias", "judgement",
          "is not among those quoted"),
    wrong("a domain exchanged", cells("risk_of_bias", "rob-own-dilogo2021-death-3-missing-outcome-data",
          domain="4 Measurement of the outcome"), "risk_of_bias", "domain", "that the row's id names"),
    wrong("a judgement of another trial", cells("risk_of_bias", "rob-own-dilogo2021-death-3-missing-outcome-data",
          trial="monsel2022"), "risk_of_bias", "trial", "is not the dilogo2021"),
    wrong("ratings of two domains exchanged", both(("certainty-death-imprecision", {"domain": "inconsistency"}),
          ("certainty-death-inconsistency", {"domain": "imprecision"}), table="certainty"), "certainty", "domain",
          "id"),
    wrong("other counts in a conflict", renamed("2/12", "4/12", "conflicts", "conflict-lanzoni-deaths",
          "statement_a"),
          "conflicts", "statement_a", "tells other counts than"),
    wrong("items of a guideline exchanged", both(("report-prisma-2020-1", {"item": "2"}), ("report-prisma-2020-2",
          {"item": "1"}), table="reporting"), "reporting", "item", "is not the 1 that the row's id names"),
]  # fmt: skip
SETTINGS = [
    wrong("two primary outcomes", cells("outcomes", "outcome-crp", role="primary"), "outcomes", "role",
          "is that of death"),
    wrong("deaths called survival", cells("outcomes", "outcome-deaths", in_print="survival"), "outcomes", "in_print",
          "says 'survival', though lower values of it are better"),
    wrong("heads exchanged", both(("outcome-deaths", {"head": "Serious adverse events"}), ("outcome-serious",
          {"head": "Death"}), table="outcomes"), "outcomes", "head", "names serious adverse event, another outcome"),
    wrong("improvement called bad", cells("indicators", "indicator-clinical-improvement", better="lower"),
          "indicators",
          "better", "by which higher is better"),
    wrong("delay called good", cells("indicators", "indicator-time-to-symptom-remission", better="higher"),
          "indicators", "better", "by which lower is better"),
    wrong("a change called a value", cells("scales", "scale-sofa-change-d0-d7", kind="value"), "scales", "kind",
          "is called a change"),
    wrong("both arms called alike", cells("words", "word-control", words="MSC"), "words", "words", "other arm"),
    wrong("decided beforehand", every("protocol", "prespecified", lambda r: "true"), "protocol", "prespecified",
          "is true, but results were chosen from"),
    wrong("a strategy that was run", cells("strategies", "strategy-medline-01", status="run"), "strategies", "status",
          "searches.csv has no search of MEDLINE"),
    wrong("a backtick in a strategy", cells("strategies", "strategy-medline-01", query="(mesenchym* `x`)"),
          "strategies", "query", "no table can print"),
    wrong("a bar in a strategy", cells("strategies", "strategy-medline-01", query="(mesenchym* | stem)"),
          "strategies", "query", "no table can print"),
    wrong("a record included in a box of others", cells("records", "record-100", decision="include"), "records",
          "decision", "does not go with box"),
]  # fmt: skip
REFERENCES = [
    wrong("a field of BibTeX", cells("bibliography", "monsel2022", volume="26}, url = {x"), "bibliography", "volume",
          "which commands something"),
    wrong("a command of LaTeX", cells("bibliography", "monsel2022", title="\\input{/etc/passwd} cells"),
          "bibliography",
          "title", "which commands something"),
    wrong("a brace in an author", cells("bibliography", "monsel2022", authors="Monsel, {A}ntoine"), "bibliography",
          "authors", "which commands something"),
    wrong("authors of another trial", cells("bibliography", "monsel2022", authors="Bowdish, Michael E."), "trials",
          "label", "is not that of Bowdish"),
    wrong("authors parted by commas", cells("bibliography", "monsel2022", authors="A. Monsel, B. Hauw"),
          "bibliography",
          "authors", "for one author"),
    wrong("all authors as one", cells("bibliography", "monsel2022", authors="Monsel, A., Hauw, B."), "bibliography",
          "authors", "for one author"),
    wrong("pages turned", cells("bibliography", "kirkham2022", pages_or_article="900-100"), "bibliography",
          "pages_or_article", "ends before it begins"),
    wrong("a year of another century", cells("bibliography", "yan2023", year="1999"), "bibliography", "year", "2023"),
]  # fmt: skip
KNOWABLE = [*COUNTS, *CHOICES, *MEASURED, *TRIALS, *STATEMENTS, *REVIEWS, *SETTINGS, *REFERENCES]
#: decisions, free words, and what one source alone says: nobody but a reader can know
UNKNOWABLE = [
    Attack("events exchanged in the only source", cells("counts",
          "deaths-rebelatto2022-tard2023", events_treatment="1",
           events_control="5", quotation="Rebelatto et al. | 1 | N/A | N/A | 11 | 9.09 | 5 | N/A | N/A | 6 | 83.33")),
    Attack("a measure chosen anew", cells("outcomes", "outcome-deaths", measure="OR", further_measures="RR RD")),
    Attack("another difference that matters", cells("outcomes", "outcome-deaths", important="250")),
    Attack("more trials asked for", cells("outcomes", "outcome-deaths", minimum_trials="20")),
    Attack("a quantity without its bound", cells("scales", "scale-crp", least="")),
    Attack("another dose", cells("trials", "monsel2022", dose="10^9 cells/kg x 3 over 5 days")),
    Attack("another country", cells("trials", "bowdish2023", country="China")),
    Attack("another address", cells("counts", DEATHS_30, address="https://example.org/")),
    Attack("a resolution in free words", cells("conflicts", "conflict-lanzoni-deaths", resolution="1/12 enters")),
    Attack("a claim in free words", cells("claims", "claim-mortality", claim="an unfavourable direction")),
]  # fmt: skip


@pytest.mark.parametrize("attack", KNOWABLE + UNKNOWABLE, ids=lambda attack: attack.name)
def test_what_other_rows_know_is_refused(
    attack: Attack, copy: Copy, evidence: Evidence, record_property: Callable[[str, str], None]
) -> None:
    found = outcome(copy, attack, evidence)
    if attack.file:
        assert found.kind == REFUSED, found
        assert is_found(attack, found), [str(problem) for problem in found.problems]
    else:
        assert found.kind == CHANGED, found.problems
    record_property("tally", f"further data wrong in all places alike: {found.kind}")


def test_the_campaign_is_large_and_names_each_attack_once() -> None:
    assert len({attack.name for attack in KNOWABLE + UNKNOWABLE}) == len(KNOWABLE + UNKNOWABLE)
    assert len(KNOWABLE) >= 80
