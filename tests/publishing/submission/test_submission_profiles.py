"""Journals' profiles: data that are checked, with the words they were read in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from engine_project import line_of
from lxml import etree

from publishing import TEMPLATES
from publishing.project.errors import PublishingError
from publishing.submission import figures, styles
from publishing.submission.findings import Standing, Status, findings
from publishing.submission.measures import Subject
from publishing.submission.profile import Profile, known_profiles, load_profile
from publishing.submission.sources import ProjectFiles

MINIMAL = """
title: A journal
read: 2026-01-01
sources:
  - {name: page, address: https://journal.example/authors}
limits:
  - {measure: abstract-words, most: 250, source: page, words: No more than 250 words}
references: {style: ../templates/vancouver.csl}
layout: {}
figures:
  name: "Fig{number}"
  supplement-name: "S{number}"
  widths-mm: [80, 170]
  most-height-mm: 200
  dpi: 600
  colour: grey
tables: {name: "Table{number}", supplement-name: "TableS{number}", forms: []}
"""


def _write(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in MINIMAL
    path = folder / "journal.yml"
    path.write_text(MINIMAL.replace(old, new) if old else MINIMAL, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", known_profiles())
def test_every_demand_of_a_profile_has_its_words_and_its_page(name: str) -> None:
    profile = load_profile(name)
    demands = [demand for demand in (*profile.limits, *profile.statements) if not getattr(demand, "unknown", False)]
    assert demands
    for demand in demands:
        source = profile.source_of(demand)
        assert source is not None and source.address and len(demand.words) > 3


def test_the_three_journals_are_there() -> None:
    assert known_profiles() == ["bmc-research", "icmje", "plos-one"]


def test_an_unknown_profile_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        PublishingError, match=r"no profile 'nature'\. Remedy: choose one of bmc-research, icmje, plos-one"
    ):
        load_profile("nature")


@pytest.mark.parametrize(
    ("old", "new", "message", "passage"),
    [
        ("layout: {}", "layout: {margins: wide}", "'margins' is not supported", "margins"),
        ("abstract-words", "abstract-sentences", "can't be abstract-sentences", "abstract-sentences"),
        (
            ", source: page, words: No more than 250 words",
            "",
            "limit of abstract-words has no source",
            "abstract-words",
        ),
        ("source: page", "source: book", "no source 'book'", "source: book"),
        (", words: No more than 250 words", "", "words that were read are missing", "abstract-words"),
        ("most: 250,", "most: 250, unknown: true,", "says unknown and least or most", "unknown"),
        ('"Fig{number}"', "Fig", "'name' lacks {number}", "name: Fig"),
        ("layout: {}", "layout: {}\nsupplement-file: S1", "'S1' lacks {number}", "supplement-file"),
        ("colour: grey", "colour: cmyk", "can't be cmyk", "cmyk"),
        ("dpi: 600", "dpi: 600.5", "must be a positive whole number, not '600.5'", "600.5"),
        ("title: A journal\n", "", "lacks the key 'title'", "read"),
        (", most: 250,", ",", "says nothing", "abstract-words"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, message: str, passage: str
) -> None:
    path = _write(tmp_path, old, new)
    with pytest.raises(PublishingError) as failure:
        load_profile("journal", tmp_path)
    assert message in str(failure.value)
    assert failure.value.line == line_of(path, passage)


def _drawing(width: float, height: float) -> figures.Picture:
    return figures.Picture("fig-x", Path("x.svg"), width, height, 8.0)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [((183, 90), (170, 170 * 90 / 183)), ((90, 45), (80, 40)), ((80, 400), (40, 200))],
)
def test_a_figure_gets_the_nearest_width_and_never_exceeds_the_height(
    tmp_path: Path, drawn: tuple[float, float], expected: tuple[float, float]
) -> None:
    _write(tmp_path)
    assert figures.size(_drawing(*drawn), load_profile("journal", tmp_path).figures) == pytest.approx(expected)


@pytest.mark.parametrize(("drawn", "expected"), [(300, 190.5), (183, 183), (40, 66.8)])
def test_a_range_of_widths_leaves_a_figure_within_it_as_it_is(drawn: float, expected: float) -> None:
    width, height = figures.size(_drawing(drawn, drawn / 2), load_profile("plos-one").figures)
    assert (width, height) == pytest.approx((expected, expected / 2))


def test_the_style_of_references_names_as_many_authors_as_the_journal_wants(tmp_path: Path) -> None:
    profile = load_profile("plos-one")
    wanted = replace(profile, references=replace(profile.references, et_al_min=4, et_al_use_first=3))
    styles.write_style(wanted, tmp_path / "style.csl")
    namespace = "{http://purl.org/net/xbiblio/csl}"
    changed = etree.parse(str(tmp_path / "style.csl")).find(f"{namespace}bibliography")
    own = etree.parse(str(TEMPLATES / "vancouver.csl")).find(f"{namespace}bibliography")
    assert (changed.get("et-al-min"), changed.get("et-al-use-first")) == ("4", "3")
    assert own.get("et-al-min") == "7"


def test_a_style_that_is_not_there_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "vancouver", "harvard")
    with pytest.raises(PublishingError, match=r"harvard\.csl does not exist"):
        styles.write_style(load_profile("journal", tmp_path), tmp_path / "style.csl")


def _statuses(profile: Profile, subject: Subject) -> dict[str, Status]:
    return {
        one.subject: one.status
        for one in findings(profile, subject, Standing((), None, ProjectFiles((), "", "", ())))
    }


def test_a_demand_is_met_broken_unknown_or_free(tmp_path: Path, small_paper: Subject) -> None:
    """The paper has 13 words in its abstract (conftest)."""
    for text, expected in (
        ("most: 13", Status.MET),
        ("most: 12", Status.BROKEN),
        ("least: 14", Status.BROKEN),
        ("unlimited: true", Status.FREE),
    ):
        _write(tmp_path, "most: 250", text)
        assert _statuses(load_profile("journal", tmp_path), small_paper)["abstract"] is expected
    _write(tmp_path, "most: 250, source: page, words: No more than 250 words", "unknown: true")
    assert _statuses(load_profile("journal", tmp_path), small_paper)["abstract"] is Status.UNKNOWN


@pytest.mark.parametrize(
    ("headings", "expected"), [("Background, Results", Status.MET), ("Background, Methods", Status.BROKEN)]
)
def test_the_headings_of_a_structured_abstract_are_looked_for(
    tmp_path: Path, small_paper: Subject, headings: str, expected: Status
) -> None:
    demand = f"abstract: {{structured: true, headings: [{headings}], source: page, words: so it is}}\nlayout: {{}}"
    _write(tmp_path, "layout: {}", demand)
    assert _statuses(load_profile("journal", tmp_path), small_paper)["abstract’s form"] is expected


@pytest.mark.parametrize(
    ("inside", "only_words"),
    [
        ('<g><path d="M0 0h9"/></g><g><text>Nothing is pooled.</text></g>', True),
        ('<defs><path d="M0 0"/><path d="M1 1"/></defs><g><path d="M0 0h9"/><text>Nothing.</text></g>', True),
        ('<g><path d="M0 0h9"/><path d="M1 1h2"/><text>Dose</text></g>', False),
        ('<g><path d="M0 0h9"/></g>', False),
        ("<rect/><image/><text>Dose</text>", False),
    ],
)
def test_a_sentence_in_place_of_a_drawing_is_told_from_a_drawing(inside: str, only_words: bool) -> None:
    drawing = etree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>')
    assert figures._only_words(drawing) is only_words
