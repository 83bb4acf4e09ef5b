"""Exports of databases and registers: each layout is known by its content; what is broken is refused at its line."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from invented_exports import (
    CHINESE,
    EUROPEAN,
    INDIAN,
    central_csv,
    central_ris,
    ctgov,
    ctgov_older,
    embase_csv,
    embase_ris,
    embase_rows,
    entry,
    ictrp_csv,
    ictrp_xml,
    nbib,
    report,
    scopus_ris,
)

from analysis.evidence.load import DataError
from analysis.evidence.searching.exported import Export
from analysis.evidence.searching.identifiers import (
    address_of,
    as_cell,
    doi_in,
    doi_of_address,
    pmid_of_address,
    registrations_in,
    title_key,
    year_in,
)
from analysis.evidence.searching.reading import read_export

REPORTS = [report(1), report(2), replace(report(3), number="NCT99900003")]
ENTRIES = [entry(1), entry(2), entry(3)]
PORTAL = [EUROPEAN, CHINESE, INDIAN]
OF_REPORTS: dict[str, tuple[Callable[..., str], str]] = {
    "nbib": (nbib, "NBIB of PubMed"),
    "embase.ris": (embase_ris, "RIS"),
    "scopus.ris": (scopus_ris, "RIS"),
    "central.ris": (central_ris, "RIS"),
    "embase.csv": (embase_csv, "CSV of Embase"),
    "embase rows": (embase_rows, "CSV of Embase"),
    "central.csv": (central_csv, "CSV of CENTRAL"),
}
OF_ENTRIES: dict[str, tuple[Callable[..., str], str]] = {
    "ctgov": (ctgov, "CSV of ClinicalTrials.gov"),
    "older": (ctgov_older, "CSV of ClinicalTrials.gov, older layout"),
    "ictrp.xml": (ictrp_xml, "XML of WHO ICTRP"),
    "ictrp.csv": (ictrp_csv, "CSV of WHO ICTRP"),
}


def read(tmp_path: Path, content: str | bytes, name: str = "export.txt") -> Export:
    """What is read from a file of a name that says nothing of its kind."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_export(path)


@pytest.mark.parametrize("kind", OF_REPORTS)
def test_reports_are_read_from_each_layout(tmp_path: Path, kind: str) -> None:
    write, layout = OF_REPORTS[kind]
    found = read(tmp_path, write(REPORTS))
    assert (found.layout, found.encoding, found.of_register) == (layout, "UTF-8", False)
    assert [(one.title.rstrip("."), one.year, one.doi, one.pmid) for one in found.records] == [
        (one.title, one.year, one.doi, one.pmid) for one in REPORTS
    ]
    for one, given in zip(found.records, REPORTS, strict=True):
        assert one.address == f"https://doi.org/{given.doi}" and not one.is_entry and not one.note
        assert [name.split()[0].strip(",") for name in one.authors.split("; ")] == [
            name.split(",")[0] for name in given.authors
        ]
    assert found.records[2].registrations == (("NCT99900003",) if kind in ("nbib", "embase.csv") else ())


@pytest.mark.parametrize("kind", OF_ENTRIES)
def test_entries_are_read_from_each_layout(tmp_path: Path, kind: str) -> None:
    write, layout = OF_ENTRIES[kind]
    given = PORTAL if "ictrp" in kind else ENTRIES
    found = read(tmp_path, write(given))
    assert (found.layout, found.of_register) == (layout, True)
    assert [(one.title, one.year, one.authors) for one in found.records] == [
        (one.title, 2021, one.sponsor) for one in given
    ]
    numbers = ["EudraCT 2020-009999-11", CHINESE.number, INDIAN.number]
    assert [one.registrations for one in found.records] == [
        (number,) for number in (numbers if "ictrp" in kind else [one.number for one in given])
    ]
    assert all(one.is_entry and one.address.startswith("http") for one in found.records)


def test_an_entry_in_a_database_of_reports_is_told_by_its_source(tmp_path: Path) -> None:
    found = read(tmp_path, central_csv([report(1)], [entry(4)]))
    assert not found.of_register and [one.is_entry for one in found.records] == [False, True]
    assert found.records[1].registrations == ("NCT99900004",)
    assert found.records[1].address.startswith("https://www.cochranelibrary.com/central/doi/")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("windows-1252", "Windows-1252"), ("latin-1", "Windows-1252")],
)
@pytest.mark.parametrize("write", [nbib, embase_ris, embase_csv, embase_rows])
def test_encodings_are_told_apart(tmp_path: Path, write: Callable[..., str], encoding: str, name: str) -> None:
    found = read(tmp_path, write(REPORTS).encode(encoding))
    assert found.encoding == name and len(found.records) == 3
    assert all("Müller" in one.authors for one in found.records)


def test_numbers_of_records_and_words_of_providers_between_records_are_passed_over(tmp_path: Path) -> None:
    parts = embase_ris(REPORTS).split("\r\n\r\n")
    text = "Provider: A House\nContent: text/plain\n\n<1>\n" + "\n\n2.\n".join(parts[:3])
    assert len(read(tmp_path, text).records) == 3


def test_semicolons_of_a_spreadsheet_and_missing_last_cells_are_read(tmp_path: Path) -> None:
    lines = ctgov(ENTRIES).replace(",", ";").split("\n")
    lines[1] = lines[1].rpartition(";")[0]
    found = read(tmp_path, "\n".join(lines))
    assert [one.registrations[0] for one in found.records] == [one.number for one in ENTRIES]
    assert found.records[0].year == 2021  # of its start date, for the last cell is gone


def cut(text: str, marker: str) -> str:
    return text[: text.rindex(marker)]


BROKEN: dict[str, tuple[str | bytes, str, str]] = {
    "empty": (b"  \n", "export.txt: is empty", "export it again"),
    "spreadsheet": (b"PK\x03\x04rest", "is a spreadsheet", "save the sheet as CSV"),
    "UTF-16 without mark": (nbib(REPORTS).encode("utf-16-le"), "line 2: holds a NUL byte", "choose UTF-8"),
    "no encoding": (b"TY  - JOUR\nT1  - na\xefve \x81\nER  - \n", "line 2: holds the byte 0x81", "UTF-8"),
    "prose": ("Dear all,\nattached is my search.\n", "line 1: 'Dear all,' begins no export", "export RIS"),
    "other columns": ("a,b,c\n1,2,3\n", "line 1: 'a,b,c' begins no export", "export RIS"),
    "web page": ("<!DOCTYPE html><html><body>Log in</body></html>", "is a web page", "log in again"),
    "PubMed XML": ("<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>", "PubMed's XML", "export it as NBIB"),
    "other XML": ("<catalogue/>", "line 1: 'catalogue' is XML of a kind", "export RIS"),
    "XML cut off": (cut(ictrp_xml(ENTRIES), "</Trial>"), "is no XML", "it was cut off"),
    "XML without entries": (ictrp_xml([]), "is XML of WHO ICTRP without a record", "export again"),
    "RIS cut off": (cut(scopus_ris(REPORTS), "ER  -"), "line 27: begins a record that never ends", "it was cut off"),
    "RIS pasted": (
        embase_ris(REPORTS).replace("ER  - \r\n", "", 1), "line 18: 'TY  - JOUR' begins a record before the one of "
        "line 1", "it was cut off",
    ),
    "RIS with prose": (f"{scopus_ris(REPORTS)}\nwith kind regards\n", "line 41: 'with kind regards' stands outside",
                       "from TY to ER"),
    "RIS without title": (embase_ris(REPORTS).replace("T1  - ", "T9  - ", 1),
                          "line 1: begins a record without a title", "complete it"),
    "NBIB cut off": (cut(nbib(REPORTS), "SO  - "), "without its last field (SO)", "it was cut off"),
    "NBIB with prose": (nbib(REPORTS).replace("OWN - NLM", "a note", 1), "line 3: 'a note' is no line", "after six"),
    "NBIB without number": (nbib(REPORTS).replace("PMID- 90000002", "PMID- none"), "'PMID- none' gives no", "again"),
    "CSV cut off": (cut(embase_csv(REPORTS), '"'), "line 4: begins a row that is no CSV", "it was cut off"),
    "CSV row too short": (ctgov(ENTRIES) + "NCT99900004,A title\n",
                          "line 5: begins a row of 2 cells where the header has 12", "it was cut off"),
    "CSV row too long": (ctgov(ENTRIES) + "x," * 13 + "\n", "line 5: begins a row of 14 cells", "it was cut off"),
    "entry without number": (ctgov([replace(entry(1), number="")]), "an entry without a number", "it was cut off"),
    "entry without title": (ctgov([replace(entry(1), title="")]), "line 2: begins a record without a title",
                            "complete"),
    "header only": (ctgov([]), "is CSV of ClinicalTrials.gov without a record", "export again"),
    "Embase field twice": (embase_rows(REPORTS).replace('"TITLE"', '"DOI"').replace('"DOI"', '"TITLE"', 1),
                           "stands twice in the record of line 1", "it was cut off"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_what_cannot_be_used_is_refused_with_its_line_and_a_remedy(tmp_path: Path, fault: str) -> None:
    content, problem, remedy = BROKEN[fault]
    with pytest.raises(DataError) as refusal:
        read(tmp_path, content)
    (found,) = refusal.value.problems
    assert str(found).startswith("export.txt") and problem in str(found) and remedy in found.remedy


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_export(tmp_path / "none.ris")


def test_what_stands_in_the_field_of_the_doi_and_is_none_is_noted(tmp_path: Path) -> None:
    (found,) = read(tmp_path, scopus_ris([replace(report(1), doi="see journal")])).records
    assert found.doi == "" and found.note == "given as DOI and none: see journal"
    (own,) = read(tmp_path, scopus_ris([replace(report(1), doi="10.1002/central/CN-09990001")])).records
    assert (own.doi, own.note) == ("", "")  # CENTRAL's own, of no use for copies


def test_identifiers_have_one_spelling() -> None:
    assert doi_in("https://doi.org/10.5555/S0140-6736(20)30001-X).") == "10.5555/s0140-6736(20)30001-x"
    assert doi_in("doi:10.5555/AB.1;") == "10.5555/ab.1" and doi_in("none") == ""
    assert doi_of_address("https://press.org/10.5555/ab.20.1v2.full.txt") == "10.5555/ab.20.1"
    assert doi_of_address("https://press.org/articles/10.5555/s1-2/tables/1?x=y") == "10.5555/s1-2"
    assert pmid_of_address("https://pubmed.ncbi.nlm.nih.gov/99000001/") == "99000001"
    assert pmid_of_address("PubMed 99000002 (mirror)") == "99000002"
    said = (
        "NCT 99900001, chictr2999900001; 2020-009999-11, CTIS 2099-500001-11-00; ISRCTN99999999 irct20990101000001n1"
    )
    assert registrations_in(said) == (
        "NCT99900001", "ChiCTR2999900001", "EudraCT 2020-009999-11", "CTIS 2099-500001-11", "ISRCTN99999999",
        "IRCT20990101000001N1",
    )  # fmt: skip
    assert registrations_in("EUCTR2020-009999-11-ES") == ("EudraCT 2020-009999-11",)
    assert (year_in("", "Mar 2021"), year_in("20210304"), year_in("n.d.")) == (2021, 2021, None)
    assert title_key("The <i>Café</i> of Examplia: a study.") == title_key("THE CAFE OF EXAMPLIA - A STUDY")
    assert title_key("Editorial") == ""
    assert as_cell("=2+3") == "'=2+3" and as_cell(" a\n\tb &amp; <sup>c</sup>") == "a b & c"
    assert address_of("", "", ("NCT99900001",), ["not a link"]) == "https://clinicaltrials.gov/study/NCT99900001"
    assert address_of("", "", (), ["https://a.org/ü b"]) == "https://a.org/%C3%BC%20b"
    assert address_of("", "", (), []) == ""


def test_a_mark_of_order_alone_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="begins no export"):
        read(tmp_path, codecs.BOM_UTF8 + b"x\n")
