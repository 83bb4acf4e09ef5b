"""Invented records, written as databases and registers write them. No word of a real record stands here."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

SUBJECTS = (
    "amber", "birch", "cedar", "dune", "ember", "fjord", "glade", "heath", "inlet", "jade", "knoll", "larch", "moss",
    "north", "oasis", "pine", "quartz", "ridge", "shore", "thorn", "umber", "vale",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """An invented report."""

    title: str
    year: int
    authors: tuple[str, ...]
    doi: str
    pmid: str
    number: str = ""
    journal: str = "Journal of Invented Trials"


@dataclass(frozen=True)
class Entry:
    """An invented entry of a register."""

    number: str
    title: str
    sponsor: str = "University of Examplia"
    first_posted: str = "2021-03-04"
    address: str = ""


def report(n: int) -> Report:
    """Report number n, from 1."""
    subject = SUBJECTS[n - 1]
    return Report(
        title=f"Infusions of {subject} extract for the fever of Examplia: a randomised trial",
        year=2020 + n % 4,
        authors=(f"{subject.title()}, Anna", "Müller, Jörg", "O'Field, C."),
        doi=f"10.5555/examplia.2020({n:02d}){n:04d}",
        pmid=f"9{n:07d}",
    )


def entry(n: int) -> Entry:
    """Entry number n of ClinicalTrials.gov, from 1."""
    return Entry(f"NCT999{n:05d}", f"A planned trial of {SUBJECTS[n - 1]} extract in Examplia")


def nbib(reports: Sequence[Report]) -> str:
    """The display that PubMed saves as NBIB: long lines go on after six spaces."""
    parts = []
    for one in reports:
        middle = one.title.rfind(" ", 0, 50)
        lines = [
            f"PMID- {one.pmid}",
            "OWN - NLM",
            "STAT- MEDLINE",
            "DCOM- 20210601",
            f"TI  - {one.title[:middle]}",
            f"      {one.title[middle + 1 :]}.",
            "PG  - 11-19",
            *([f"LID - {one.doi} [doi]"] if one.doi else []),
            "AB  - BACKGROUND: An invented abstract, which cites NCT00000000 in passing.",
            *(f"FAU - {author}" for author in one.authors),
            *(f"AU  - {author.split(',')[0]} A" for author in one.authors),
            "LA  - eng",
            *([f"SI  - ClinicalTrials.gov/{one.number}"] if one.number else []),
            "PT  - Journal Article",
            "PT  - Randomized Controlled Trial",
            f"DP  - {one.year} Mar 5",
            f"JT  - {one.journal}",
            *([f"AID - {one.doi} [doi]"] if one.doi else []),
            f"SO  - J Inv Trials. {one.year} Mar 5;3(2):11-19. doi: {one.doi}.",
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n" + "\n".join(parts)


def embase_ris(reports: Sequence[Report]) -> str:
    """RIS of Embase.com: T1, A1, Y1, N2, the PubMed number in C5, its own number in U2."""
    return "".join(
        "\r\n".join(
            [
                "TY  - JOUR",
                "M3  - Article",
                f"Y1  - {one.year}",
                "VL  - 3",
                f"T1  - {one.title}",
                "N2  - An invented abstract.",
                "It goes on in a second line.",
                f"JF  - {one.journal}",
                *(f"A1  - {author}" for author in one.authors),
                "LA  - English",
                *([f"C5  - {one.pmid}"] if one.pmid else []),
                *([f"DO  - {one.doi}"] if one.doi else []),
                "U2  - L2099000001",
                "UR  - https://www.embase.com/search/results?subaction=viewrecord&id=L2099000001&from=export",
                "ER  - ",
                "",
                "",
            ]
        )
        for one in reports
    )


def scopus_ris(reports: Sequence[Report]) -> str:
    """RIS of Scopus: TI, AU, PY, the PubMed number in C2, DB says Scopus."""
    return "".join(
        "\n".join(
            [
                "TY  - JOUR",
                f"TI  - {one.title}",
                f"T2  - {one.journal}",
                f"PY  - {one.year}",
                f"DO  - {one.doi}",
                f"C2  - {one.pmid}",
                *(f"AU  - {author}" for author in one.authors),
                "UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-99000000001",
                "DB  - Scopus",
                "N1  - Export Date: 01 December 2026; Cited By: 2",
                "ER  -",
                "",
            ]
        )
        for one in reports
    )


def central_ris(reports: Sequence[Report]) -> str:
    """RIS of the Cochrane Library: AN is CENTRAL's number, C3 names those of other databases."""
    return "".join(
        "\n".join(
            [
                "TY  - JOUR",
                f"AN  - CN-0999{number:04d}",
                *(f"AU  - {author}" for author in one.authors),
                f"TI  - {one.title}",
                f"JA  - {one.journal}",
                f"PY  - {one.year}",
                f"C3  - PUBMED {one.pmid}",
                "M3  - Journal article",
                *([f"DO  - {one.doi}"] if one.doi else []),
                f"UR  - https://www.cochranelibrary.com/central/doi/10.1002/central/CN-0999{number:04d}/full",
                "ER  - ",
                "",
                "",
            ]
        )
        for number, one in enumerate(reports, start=1)
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows([header, *rows])  # type: ignore[call-overload]
    return text.getvalue()


def embase_csv(reports: Sequence[Report]) -> str:
    """CSV of Embase with a column for each field."""
    header = ("Title", "Author Names", "Source", "Publication Year", "Clinical Trial Numbers", "Medline PMID", "PUI",
              "DOI", "Full Text Link", "Embase Link")  # fmt: skip
    rows = [
        (one.title, ", ".join(author.replace(",", "") for author in one.authors), f"{one.journal} (2021) 3:2",
         str(one.year), f"ClinicalTrials.gov ({one.number})" if one.number else "", one.pmid, "L2099000001", one.doi,
         f"https://dx.doi.org/{one.doi}" if one.doi else "",
         "https://www.embase.com/search/results?subaction=viewrecord&id=L2099000001&from=export")
        for one in reports
    ]  # fmt: skip
    return table(header, rows, csv.QUOTE_ALL)


def embase_rows(reports: Sequence[Report]) -> str:
    """CSV of Embase with a row for each field, authors in cells of their own."""
    lines: list[list[str]] = []
    for one in reports:
        lines += [
            ["TITLE", one.title],
            ["AUTHOR NAMES", *one.authors],
            ["SOURCE", f"{one.journal} (2021) 3:2 (11-19)"],
            ["PUBLICATION YEAR", str(one.year)],
            ["MEDLINE PMID", one.pmid, f"http://www.ncbi.nlm.nih.gov/pubmed/{one.pmid}"],
            ["DOI", one.doi],
            ["FULL TEXT LINK", f"https://dx.doi.org/{one.doi}"],
            [],
        ]
    return table(lines[0], lines[1:], csv.QUOTE_ALL)


def central_csv(reports: Sequence[Report], entries: Sequence[Entry] = ()) -> str:
    """CSV of the Cochrane Library; of an entry in a register the source is its address."""
    header = (
        "Cochrane ID",
        "Author(s)",
        "Title",
        "Source",
        "Year",
        "Abstract",
        "Keywords",
        "DOI",
        "PubMed ID",
        "URL",
    )
    own = "https://www.cochranelibrary.com/central/doi/10.1002/central/CN-09990001/full"
    rows = [
        ("CN-09990001", "; ".join(one.authors), one.title, one.journal, str(one.year), "Invented.", "", one.doi,
         f"PUBMED {one.pmid}" if one.pmid else "", own)
        for one in reports
    ]  # fmt: skip
    rows += [
        ("CN-09990002", one.number, one.title, f"https://clinicaltrials.gov/show/{one.number}", "2021", "", "",
         "", "", own)
        for one in entries
    ]  # fmt: skip
    return table(header, rows, csv.QUOTE_ALL)


def ctgov(entries: Sequence[Entry]) -> str:
    """CSV of ClinicalTrials.gov as it is today."""
    header = ("NCT Number", "Study Title", "Study URL", "Acronym", "Study Status", "Conditions", "Sponsor",
              "Collaborators", "Enrollment", "Other IDs", "Start Date", "First Posted")  # fmt: skip
    rows = [
        (one.number, one.title, f"https://clinicaltrials.gov/study/{one.number}", "", "COMPLETED", "Fever",
         one.sponsor, "", "40", "EX-1|2020-000001-01", "2021-04", one.first_posted)
        for one in entries
    ]  # fmt: skip
    return table(header, rows)


def ctgov_older(entries: Sequence[Entry]) -> str:
    """CSV of ClinicalTrials.gov as it was until 2023."""
    header = ("Rank", "NCT Number", "Title", "Acronym", "Status", "Study Results", "Conditions", "Interventions",
              "Sponsor/Collaborators", "Enrollment", "Other IDs", "First Posted", "URL")  # fmt: skip
    rows = [
        (str(rank), one.number, one.title, "", "Completed", "No Results Available", "Fever", "Drug: extract",
         one.sponsor, "40", "EX-1", "March 4, 2021", f"https://ClinicalTrials.gov/show/{one.number}")
        for rank, one in enumerate(entries, start=1)
    ]  # fmt: skip
    return table(header, rows, csv.QUOTE_ALL)


def ictrp_xml(entries: Sequence[Entry]) -> str:
    """XML of WHO's portal, with the white space that it leaves around each text."""
    trials = "".join(
        f"  <Trial><Export_date>12/1/2026 8:14:44 PM</Export_date>\n    <Internal_Number>{number}\n    "
        f"</Internal_Number>\n    <TrialID>{one.number}\n    </TrialID>\n    <Last_Refreshed_on>1 November 2026\n    "
        f"</Last_Refreshed_on>\n    <Public_title>{one.title}\n    </Public_title>\n    <Scientific_title />\n    "
        f"<Acronym/>\n    <Primary_sponsor>{one.sponsor}\n    </Primary_sponsor>\n    <Date_registration>04/03/2021\n"
        f"    </Date_registration>\n    <Date_registration3>20210304\n    </Date_registration3>\n    "
        f"<Source_Register>Register\n    </Source_Register>\n    <web_address>{one.address}\n    </web_address>\n    "
        "<Secondary_ID>EX-1; NCT00000000\n    </Secondary_ID>\n  </Trial>\n"
        for number, one in enumerate(entries, start=1)
    )
    root = "Trials_downloaded_from_ICTRP"
    return f"<?xml version='1.0' encoding='UTF-8' ?>\n<{root}>\n{trials}</{root}>\n"


def ictrp_csv(entries: Sequence[Entry]) -> str:
    """CSV of WHO's portal."""
    header = ("TrialID", "Last Refreshed on", "Public title", "Scientific title", "Acronym", "Primary sponsor",
              "Date registration", "Date registration3", "Export date", "Source Register", "web address")  # fmt: skip
    rows = [
        (one.number, "1 November 2026", one.title, one.title, "", one.sponsor, "04/03/2021", "20210304",
         "12/1/2026 8:14:44 PM", "Register", one.address)
        for one in entries
    ]  # fmt: skip
    return table(header, rows)


EUROPEAN = Entry("EUCTR2020-009999-11-ES", "A planned trial of opal extract in two countries of Examplia",
                 address="https://www.clinicaltrialsregister.eu/ctr-search/search?query=2020-009999-11")  # fmt: skip
CHINESE = Entry("ChiCTR2999900001", "A planned trial of jet extract in Examplia",
                address="http://www.chictr.org.cn/showproj.aspx?proj=99999")  # fmt: skip
INDIAN = Entry("CTRI/2099/05/099999", "A planned trial of onyx extract in Examplia",
               address="http://www.ctri.nic.in/Clinicaltrials/pmaindet2.php?trialid=99999")  # fmt: skip


def scenario() -> dict[str, tuple[str, str, str]]:
    """Eight searches whose records overlap as planned: name of the file → source, query, text.

    Embase has report 10 without identifiers and in other letters, report 12 without DOI, and an abstract of a
    congress under the title and year of report 13; CENTRAL has report 3 without DOI. Report 1 has the number of
    entry 2.
    """
    reports = {n: report(n) for n in range(1, 22)}
    reports[1] = replace(reports[1], number="NCT99900002")
    unmarked = replace(reports[10], doi="", pmid="", title=f"{reports[10].title.upper().replace(':', ' -')}.")
    congress = replace(reports[13], doi="10.5555/congress.13", pmid="", journal="Abstracts of a Congress")
    in_pubmed = [replace(one, doi="") if n == 12 else one for n, one in reports.items() if n <= 12]
    in_embase = [
        *(reports[n] for n in (7, 8, 9)), unmarked, reports[11], replace(reports[12], doi=""),
        *(reports[n] for n in range(13, 19)), congress,
    ]  # fmt: skip
    in_central = [reports[1], reports[2], replace(reports[3], doi=""), reports[20]]
    portal = [entry(7), EUROPEAN, replace(EUROPEAN, number="EUCTR2020-009999-11-DE"), CHINESE]
    return {
        "pubmed.nbib": ("MEDLINE", "extract AND fever", nbib(in_pubmed)),
        "embase.ris": ("Embase", "'extract'/exp AND fever", embase_ris(in_embase)),
        "central.csv": ("CENTRAL", "extract in Trials", central_csv(in_central, [entry(1)])),
        "ctgov.csv": ("ClinicalTrials.gov", "extract", ctgov([entry(n) for n in range(1, 7)])),
        "older.csv": ("ClinicalTrials.gov", "extract, older copy", ctgov_older([entry(n) for n in range(5, 9)])),
        "ictrp.xml": ("WHO ICTRP", "extract", ictrp_xml(portal)),
        "ictrp.csv": ("WHO ICTRP", "extract OR jet", ictrp_csv([CHINESE, INDIAN])),
        "scopus.ris": ("Scopus", "TITLE(extract)", scopus_ris([reports[18], reports[21]])),
    }


#: file → records, copies by DOI, PubMed number, registration number, and title and year
EXPECTED = {
    "pubmed.nbib": (12, 0, 0, 0, 0),
    "embase.ris": (13, 4, 1, 0, 1),
    "central.csv": (5, 2, 1, 0, 0),
    "ctgov.csv": (6, 0, 0, 1, 0),
    "older.csv": (4, 0, 0, 2, 0),
    "ictrp.xml": (4, 0, 0, 2, 0),
    "ictrp.csv": (2, 0, 0, 1, 0),
    "scopus.ris": (2, 1, 0, 0, 0),
}
