"""Identifiers: DOI, PubMed number, trial registration, and years that go with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.rows import Tables, Trial
from analysis.evidence.rows_bookkeeping import Reference

# doi.org/doi_handbook, section 2.2: prefix "10." and registrant, then any printable suffix. The tail is ours: a DOI
# copied out of running text brings its full stop or bracket with it.
DOI = re.compile(r"10\.\d{4,9}/[!-~]*[0-9A-Za-z/)>-]")
#: a PubMed number in 2026 has at most eight digits and no leading zero
PMID = re.compile(r"[1-9]\d{0,7}")


@dataclass(frozen=True, slots=True)
class Registry:
    """How a registry numbers trials. Century, year, month and day are groups of the pattern where it has them."""

    name: str
    pattern: re.Pattern[str]
    form: str


REGISTRIES = (
    Registry("ClinicalTrials.gov", re.compile(r"NCT\d{8}"), "NCT and 8 digits"),
    Registry("ChiCTR", re.compile(r"ChiCTR(?P<year>\d{2})\d{8}"), "ChiCTR and 10 digits, the first two the year"),
    Registry(
        "IRCT",
        re.compile(r"IRCT(?P<century>\d{2})(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})\d{0,6}N\d+"),
        "IRCT, date, digits, N and a number",
    ),
    Registry(
        "EudraCT",
        re.compile(r"EudraCT (?P<century>\d{2})(?P<year>\d{2})-\d{6}-\d{2}"),
        "EudraCT, blank, year-6 digits-2 digits",
    ),
    Registry("ISRCTN", re.compile(r"ISRCTN\d{8}"), "ISRCTN and 8 digits"),
    Registry(
        "CTRI",
        re.compile(r"CTRI/(?P<century>\d{2})(?P<year>\d{2})/(?P<month>\d{2})/\d{6}"),
        "CTRI/year/month/6 digits",
    ),
)


def registration_fault(number: str) -> str:
    """What is wrong with a registration number; "" if nothing is."""
    for registry in REGISTRIES:
        match = registry.pattern.fullmatch(number)
        if match is None:
            continue
        parts = {"century": "20", "year": "20", "month": "01", "day": "01"} | match.groupdict()
        try:
            date(int(parts["century"] + parts["year"]), int(parts["month"]), int(parts["day"]))
        except ValueError:
            return f"holds a date that does not exist, as a number of {registry.name}"
        return ""
    return "is a number of no registry known here"


def registrations(tables: Tables) -> Examined:
    """Registration numbers have the form of their registry."""

    def look(trial: Trial) -> Iterator[Finding]:
        for number in filter(None, trial.registry_id.split("; ")):
            if fault := registration_fault(number):
                forms = "; ".join(registry.form for registry in REGISTRIES)
                yield Finding(trial, "registry_id", fault, f"check it; forms known: {forms}")

    return per_row(look, tables.trials)


def publications(tables: Tables) -> Examined:
    """DOIs and PubMed numbers have their form."""

    def look(row: Trial | Reference) -> Iterator[Finding]:
        if row.doi and not DOI.fullmatch(row.doi):
            yield Finding(
                row, "doi", "is no DOI", "write 10., registrant, slash and suffix, without resolver or full stop"
            )
        if row.pmid and not PMID.fullmatch(row.pmid):
            yield Finding(row, "pmid", "is no PubMed number", "write one to eight digits, no leading zero")

    yield from per_row(look, tables.trials)
    yield from per_row(look, tables.bibliography)


def labels(tables: Tables) -> Examined:
    """A label that ends in a year ends in the year of the trial's report."""

    def look(trial: Trial) -> Iterator[Finding]:
        match = re.search(r" (\d{4})$", trial.label)
        if match and trial.year is not None and int(match[1]) != trial.year:
            yield Finding(trial, "year", f"is not the year of its label {trial.label}", "make the two agree")

    return per_row(look, tables.trials)


CHECKS = (
    Check("registrations", Kind.SLIP, "do registration numbers have their registry's form?", registrations),
    Check("DOI and PMID", Kind.SLIP, "do DOIs and PubMed numbers have their form?", publications),
    Check("labels", Kind.SLIP, "do labels and years agree?", labels),
)
