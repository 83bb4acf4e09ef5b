"""Which records are copies of one that is already there, by rules that are printed.

In this order: the same DOI; the same PubMed number; for two entries of registers the same registration number; the
same title and year, unless DOI, PubMed number or registration number show that they differ. A report of a trial and
the trial's entry in a register share a number and are two records: no rule but DOI and PubMed number ever looks from
one kind to the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.evidence.rows import Record, Tables, Trial
from analysis.evidence.searching.exported import Exported
from analysis.evidence.searching.identifiers import (
    doi_of_address,
    pmid_of_address,
    registrations_in,
    title_key,
)

DOI, PMID, REGISTRATION, TITLE = "DOI", "PMID", "registration number", "title and year"
RULES = {
    DOI: "the same DOI",
    PMID: "the same PubMed number",
    REGISTRATION: "two entries of registers with the same number; a report of the trial is no copy of its entry",
    TITLE: "the same title (letters and digits) of the same year and kind, unless DOI, PubMed or registration differ",
}
ENTRY = "registry entry"
MAIN_REPORT = "included study, main report"
#: a page that says something of a report is not that report, though its address may hold the DOI
ABOUT = "other ("


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a record can be recognised; numbers: its registration, used of entries only."""

    doi: str
    pmid: str
    number: str
    title: str
    year: int | None
    is_entry: bool

    def denies(self, other: Identity) -> bool:
        """Whether two records of one title show that they are not the same."""
        pairs = ((self.doi, other.doi), (self.pmid, other.pmid), (self.number, other.number))
        return any(one and two and one != two for one, two in pairs)


def of_export(record: Exported) -> Identity:
    number = record.registrations[0] if record.is_entry and record.registrations else ""
    return Identity(record.doi, record.pmid, number, title_key(record.title), record.year, record.is_entry)


def of_log(record: Record, trial: Trial | None) -> Identity:
    """A record of the log: by its own columns, its address, and for a main report by what is known of the trial."""
    main = trial if trial is not None and record.flow_box == MAIN_REPORT and record.kind != ENTRY else None
    is_entry = record.kind == ENTRY
    number = (registrations_in(record.registration) or registrations_in(record.address)) if is_entry else ()
    return Identity(
        doi=record.doi or (main.doi.lower() if main else "") or doi_of_address(record.address),
        pmid=record.pmid or (main.pmid if main else "") or pmid_of_address(record.address),
        number=number[0] if number else "",
        title=title_key(record.title),
        year=record.year,
        is_entry=is_entry,
    )


@dataclass(slots=True)
class Known:
    """The records that are there, by what identifies them; each leads to the one that is kept."""

    by_number: dict[tuple[str, str], str] = field(default_factory=dict)
    by_title: dict[tuple[str, int | None, bool], list[tuple[Identity, str]]] = field(default_factory=dict)

    def add(self, identity: Identity, kept: str) -> None:
        """From now on what has one of these identifiers is a copy of the record ``kept``."""
        for key in numbers(identity):
            self.by_number.setdefault(key, kept)
        if identity.title and identity.year:
            self.by_title.setdefault((identity.title, identity.year, identity.is_entry), []).append((identity, kept))

    def find(self, identity: Identity) -> tuple[str, str] | None:
        """The record that this is a copy of and the rule that says so; None if it is new."""
        for rule, value in numbers(identity):
            if kept := self.by_number.get((rule, value)):
                return kept, rule
        if identity.title and identity.year:
            for other, kept in self.by_title.get((identity.title, identity.year, identity.is_entry), ()):
                if not identity.denies(other):
                    return kept, TITLE
        return None


def numbers(identity: Identity) -> Iterable[tuple[str, str]]:
    """(rule, value) in the order of the rules."""
    given = ((DOI, identity.doi), (PMID, identity.pmid), (REGISTRATION, identity.number if identity.is_entry else ""))
    return [(rule, value) for rule, value in given if value]


def known(tables: Tables) -> Known:
    """All records of the log; those that were kept come before their copies."""
    trials = {trial.row_id: trial for trial in tables.trials}
    found = Known()
    for record in sorted(tables.records, key=lambda record: record.is_duplicate):
        if not record.kind.startswith(ABOUT):
            found.add(of_log(record, trials.get(record.trial)), record.duplicate_of or record.row_id)
    return found
