"""The evidence loads, is typed, and says what the extraction says."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date
from pathlib import Path

import pytest

from analysis.evidence.codebook import codebook
from analysis.evidence.load import DATA, Evidence
from analysis.evidence.schema import read_descriptor

PRIMARY_DEATHS = {
    "bowdish2023": (42, 112, 47, 110),
    "dilogo2021": (10, 20, 16, 20),
    "monsel2022": (5, 21, 4, 24),
    "lanzoni2021": (2, 12, 7, 12),
    "rebelatto2022": (5, 11, 1, 6),
    "shi2021": (0, 65, 0, 35),
}
OTHER_DEATHS = {
    "sensitivity": [("zhu2021", 0, 29, 2, 29), ("lanzoni2021", 1, 12, 7, 12), ("lanzoni2021", 1, 11, 7, 12)],
    "context": [("shu2020", 0, 12, 3, 29), ("adas2021", 3, 10, 6, 10), ("zarrabi2023", 3, 11, 8, 24)],
}
SERIOUS_ADVERSE_EVENTS = {
    "primary": [("lanzoni2021", 2, 12, 8, 12), ("monsel2022", 6, 21, 6, 24), ("shi2021", 1, 65, 0, 35)],
    "sensitivity": [("zhu2021", 0, 29, 0, 29)],
}
NO_DEATHS_PER_ARM = {"gorman2023", "pochon2023", "soetjahjo2023", "martinez_munoz2024"}


def chosen(evidence: Evidence, analysis: str, role: str) -> list[tuple[str, int, int, int, int]]:
    rows = []
    for choice in evidence.choices:
        if (choice.analysis, choice.role) == (analysis, role):
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


def test_eligible_trials_without_deaths_are_named(evidence: Evidence) -> None:
    listed = {c.trial for c in evidence.choices if (c.analysis, c.role) == ("death", "listed")}
    assert listed == NO_DEATHS_PER_ARM
    deaths = [c for c in evidence.counts if c.outcome == "death" and c.trial in listed]
    assert all(count.events_treatment is None and count.events_control is None for count in deaths)


def test_every_eligible_trial_is_decided_once_per_analysis(evidence: Evidence) -> None:
    eligible = {trial.row_id for trial in evidence.trials if trial.eligibility == "eligible"}
    assert len(eligible) == 10
    for analysis in ("death", "serious adverse event"):
        decided = [c.trial for c in evidence.choices if c.analysis == analysis and c.role in ("primary", "listed")]
        assert sorted(decided) == sorted(eligible)


def test_flow_adds_up(evidence: Evidence) -> None:
    boxes = [record.flow_box for record in evidence.records]
    assert len(boxes) == 211
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
