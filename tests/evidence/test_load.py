"""The evidence loads, is typed, and says what the extraction says."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date
from pathlib import Path

import pytest

from analysis.evidence.codebook import codebook
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import DATA, Evidence
from analysis.evidence.rows import Count
from analysis.evidence.rows_question import COUNTS, PRINTED

PRIMARY_DEATHS = {
    "bowdish2023": (42, 112, 47, 110),
    "dilogo2021": (10, 20, 16, 20),
    "monsel2022": (5, 21, 4, 24),
    "lanzoni2021": (2, 12, 7, 12),
    "rebelatto2022": (5, 11, 1, 6),
    "shi2021": (0, 65, 0, 35),
}
OTHER_DEATHS = {
    "sensitivity": [
        ("zhu2021", 0, 29, 2, 29),
        ("lanzoni2021", 1, 12, 7, 12),
        ("lanzoni2021", 1, 11, 7, 12),
        ("adas2021", 3, 10, 6, 10),
    ],
    "context": [("shu2020", 0, 12, 3, 29), ("zarrabi2023", 3, 11, 8, 24)],
}
SERIOUS_ADVERSE_EVENTS = {
    "primary": [("lanzoni2021", 2, 12, 8, 12), ("monsel2022", 6, 21, 6, 24), ("shi2021", 1, 65, 0, 35)],
    "sensitivity": [("zhu2021", 0, 29, 0, 29)],
}
REGISTER_ENTRY_ONLY = {
    "covid_msv_nct04361942",
    "immunitybio_nct04397796",
    "minnesota_nct04466098",
    "restem_nct04494386",
    "duke_nct04399889",
}
NO_DEATHS_PER_ARM = {"gorman2023", "pochon2023", "soetjahjo2023", "martinez_munoz2024"} | REGISTER_ENTRY_ONLY


def chosen(evidence: Evidence, analysis: str, role: str) -> list[tuple[str, int, int, int, int]]:
    rows = []
    for choice in evidence.choices:
        if (choice.analysis, choice.role, choice.enters_as) == (analysis, role, COUNTS):
            count = evidence.row(choice.rows)
            rows.append(
                (choice.trial, count.events_treatment, count.n_treatment, count.events_control, count.n_control)
            )
    return rows


def test_primary_deaths(evidence: Evidence) -> None:
    assert {trial: counts for trial, *counts in chosen(evidence, "death", "primary")} == {
        trial: list(counts) for trial, counts in PRIMARY_DEATHS.items()
    }


@pytest.mark.parametrize("role", OTHER_DEATHS)
def test_other_deaths(evidence: Evidence, role: str) -> None:
    assert chosen(evidence, "death", role) == OTHER_DEATHS[role]


@pytest.mark.parametrize("role", SERIOUS_ADVERSE_EVENTS)
def test_serious_adverse_events(evidence: Evidence, role: str) -> None:
    assert chosen(evidence, "serious adverse event", role) == SERIOUS_ADVERSE_EVENTS[role]


def test_a_printed_ratio_stands_where_a_trial_counts_events_and_not_patients(evidence: Evidence) -> None:
    (choice,) = (choice for choice in evidence.choices if choice.enters_as == PRINTED)
    assert (choice.analysis, choice.trial, choice.role) == ("serious adverse event", "gorman2023", "primary")
    row = evidence.row(choice.rows)
    assert isinstance(row, Count) and row.counted_unit == "events"
    assert (row.printed_measure, row.printed_estimate, row.printed_low, row.printed_high) == ("RR", 2.9, 0.6, 13.2)


def test_eligible_trials_without_deaths_are_named(evidence: Evidence) -> None:
    listed = {c.trial for c in evidence.choices if (c.analysis, c.role) == ("death", "listed")}
    assert listed == NO_DEATHS_PER_ARM
    deaths = [c for c in evidence.counts if c.outcome == "death" and c.trial in listed]
    assert all(count.events_treatment is None and count.events_control is None for count in deaths)


def test_every_eligible_trial_is_decided_once_per_analysis(evidence: Evidence) -> None:
    eligible = {trial.row_id for trial in evidence.trials if trial.eligibility == "eligible"}
    assert len(eligible) == 15
    for analysis in ("death", "serious adverse event"):
        decided = [c.trial for c in evidence.choices if c.analysis == analysis and c.role in ("primary", "listed")]
        assert sorted(decided) == sorted(eligible)


def test_flow_adds_up(evidence: Evidence) -> None:
    boxes = [record.flow_box for record in evidence.records]
    assert len(boxes) == 271
    main = [record.trial for record in evidence.records if record.flow_box == "included study, main report"]
    assert sorted(main) == sorted(trial.row_id for trial in evidence.trials if trial.eligibility == "eligible")
    awaiting = {record.trial for record in evidence.records if record.flow_box == "awaiting classification"}
    assert awaiting == {t.row_id for t in evidence.trials if t.eligibility == "awaiting classification"}


def test_each_claim_is_quoted_from_the_published_abstract(evidence: Evidence) -> None:
    assert len(evidence.claims) == 5
    for claim in evidence.claims:
        assert (claim.source, claim.locator, claim.obtained) == ("seedpreprint", "abstract", "reported")
        assert claim.quotation and claim.address.endswith("rs-8714718/v1")


def test_the_one_trial_whose_markers_rose_is_recorded_so(evidence: Evidence) -> None:
    assert {s.direction for s in evidence.biomarkers if s.trial == "dedios2023"} == {"higher"}


def test_share_of_placebo_patients_behind_published_biomarkers(evidence: Evidence) -> None:
    shares = {
        row.outcome_class: (row.patients_with_placebo, row.patients_total)
        for row in evidence.published
        if row.patients_total is not None
    }
    assert shares == {"CRP": (27, 88), "IL-6": (124, 185)}


def test_cells_have_the_declared_types(evidence: Evidence) -> None:
    count = evidence.row("deaths-bowdish2023-d30")
    assert (count.events_treatment, count.printed_estimate, count.printed_p) == (42, 0.88, None)
    assert evidence.choices[0].decided_on == date(2026, 11, 22)
    assert evidence.records[2].is_duplicate is True
    assert evidence.trial("bowdish2023").trial == "bowdish2023"
    with pytest.raises(dataclasses.FrozenInstanceError):
        count.events_treatment = 41


def test_unknown_keys_are_refused_by_name(evidence: Evidence) -> None:
    with pytest.raises(KeyError, match=r"no trial 'bowdish'.*bowdish2023"):
        evidence.trial("bowdish")
    with pytest.raises(KeyError, match="no row 'deaths-nobody'"):
        evidence.row("deaths-nobody")


def test_digest_is_that_of_all_bytes_in_name_order(evidence: Evidence, copy) -> None:
    files = sorted(path for path in Path(DATA).rglob("*") if path.is_file())
    assert evidence.digest == hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    copy.put("counts", "deaths-bowdish2023-d30", "note", "another note")
    assert copy.seal().digest != evidence.digest


def test_codebook_is_up_to_date(evidence: Evidence) -> None:
    written = (DATA / "README.md").read_text(encoding="utf-8")
    assert written == codebook(read_descriptor(DATA), evidence), "run: python -m analysis codebook"


def test_a_trial_known_by_its_register_entry_has_no_report_and_no_counts(evidence: Evidence) -> None:
    for name in REGISTER_ENTRY_ONLY:
        trial = evidence.trial(name)
        assert trial.registry_id and not trial.citation and trial.obtained == "registry"
        assert not [count for count in evidence.counts if count.trial == name]


def test_deaths_posted_in_the_register_add_up(evidence: Evidence) -> None:
    """The deaths of those analysed and of the patient left out are those of all randomised, at each time."""
    count = {row.row_id: (row.events_treatment, row.events_control) for row in evidence.counts}
    left_out = count["exclusion-lanzoni2021-registry"]
    for day in ("d31", "d60"):
        analysed = count[f"deaths-lanzoni2021-registry-{day}-analysed"]
        assert tuple(map(sum, zip(analysed, left_out, strict=True))) == count[f"deaths-lanzoni2021-registry-{day}"]
    assert count["deaths-lanzoni2021-registry-d60"] == count["deaths-lanzoni2021-registry-d90"]


@pytest.mark.parametrize("kinds", [("mild", "moderate", "severe"), ("unrelated", "unlikely", "possible", "probable")])
def test_adverse_events_posted_in_the_register_add_up(evidence: Evidence, kinds: tuple[str, ...]) -> None:
    """By severity and by relatedness: none is definitely related."""
    of = {row.row_id: (row.events_treatment, row.events_control) for row in evidence.counts}
    parts = [of[f"ae-lanzoni2021-registry-{kind}-events"] for kind in kinds]
    assert tuple(map(sum, zip(*parts, strict=True))) == of["ae-lanzoni2021-registry-events"]


def test_serious_adverse_events_posted_by_name_are_all_of_them(evidence: Evidence) -> None:
    named = [
        (row.events_treatment, row.events_control)
        for row in evidence.counts
        if row.trial == "lanzoni2021" and row.outcome == "serious adverse event category"
    ]
    total = next(row for row in evidence.counts if row.row_id == "sae-lanzoni2021-registry-events")
    assert tuple(map(sum, zip(*named, strict=True))) == (total.events_treatment, total.events_control)
