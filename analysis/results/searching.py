"""What the documents say of searches and of their screening: phrases that follow what was brought in."""

from __future__ import annotations

from analysis.printing.cells import key_of
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import joined
from analysis.synthesis.searches import DATABASE, REGISTER, Searches


def sources(printer: Printer) -> Phrase:
    """A sentence on the databases and registers that were searched, each with its day, or that none was entered.

    That none was searched is said only of a review that has entered how its records were found otherwise.
    """
    found: Searches = printer.tree.searches
    kinds = {search.row_id: search.kind for search in printer.tree.evidence.searches}
    searched = [run.search for run in found.runs.values() if kinds[run.search] in (DATABASE, REGISTER)]
    if not searched:
        if not printer.tree.evidence.searches and not printer.tree.evidence.records:
            return phrase("No search has been entered.")
        return phrase("No bibliographic database was searched, and no register itself.")
    said = [printer.say(f"{{{key_of(row, 'database')}}} ({{{key_of(row, 'searched_on')}}})") for row in searched]
    return phrase("Databases and registers searched, each with its day: ", *joined(said), ".")


def screening(printer: Printer) -> Phrase:
    """A sentence on the agreement of two screeners, with a space before it; nothing where no two screened.

    Kappa is left out where chance explains all agreement.
    """
    found = printer.tree.searches.screening
    if not found.screened:
        return phrase()
    kappa = " (Cohen's kappa {.kappa})" if found.kappa is not None else ""
    settled = "; consensus settled the other {.conflicts}" if found.conflicts else ""
    lead = " Title and abstract of {.screened} records from searches were screened twice, by persons who worked alone"
    return printer.say(f"{lead}; both agreed on {{.agreement}}{kappa}{settled}.", "searches.screening")


def steps(printer: Printer) -> Phrase:
    """A sentence on the steps that only records of searches go through, with a space before it, or nothing."""
    found = printer.tree.flow
    told = {
        "unscreened": "not yet screened {.unscreened}",
        "excluded_early": "excluded on title and abstract {.excluded_early}",
        "not_retrieved": "report not retrieved {.not_retrieved}",
        "unassessed": "report not yet assessed {.unassessed}",
    }
    said = [printer.say(words, "flow") for box, words in told.items() if getattr(found, box)]
    return phrase(" Of the records from searches: ", *joined(said), ".") if said else phrase()
