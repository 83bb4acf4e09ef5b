"""Who judged, how many, and on what: one phrase from the evidence for prose, captions, figures and tables."""

from __future__ import annotations

from analysis.judgements.confirmed import Confirmed
from analysis.printing.declarations import by_authors
from analysis.printing.printer import Phrase, Printer, phrase

AUTHOR = "author"
#: the one kind in `analysis.judgements.confirmed.SUBJECTS` that is no judgement
EXTRACTION = "extraction"


def judged_by(printer: Printer, subject: str) -> Phrase:
    """Goes on from "judged by" or "those of": ``the project from the available text``.

    With persons: ``two authors from the full text``, and where these confirmed a part only, ``the project from the
    available text, twelve of 44 confirmed by one author from the full text``.
    """
    found: Confirmed = printer.tree.confirmed[subject]
    at = f"confirmed.{subject}"
    if not found.confirmed:
        return printer.say("{.made}", at)
    people = phrase(persons(printer, subject), f" from the {' or '.join(found.bases)}")
    if found.confirmed == found.of:
        return people
    return printer.say("{.made}, {word:.confirmed} of {.of} confirmed by {people}", at, people=people)


def judges(printer: Printer, subject: str) -> Phrase:
    """The same in short, for a legend: ``the project``, ``two authors``, ``the project or one author``."""
    found: Confirmed = printer.tree.confirmed[subject]
    project = found.made.partition(" from the ")[0]
    if not found.confirmed:
        return phrase(project)
    people = persons(printer, subject)
    return people if found.confirmed == found.of else phrase(f"{project} or ", people)


def persons(printer: Printer, subject: str) -> Phrase:
    """``one author``, ``two authors``, ``three assessors``."""
    found: Confirmed = printer.tree.confirmed[subject]
    noun = AUTHOR if found.roles == (AUTHOR,) else "assessor"
    return printer.say(f"{{word:.people}} {noun}{'s' * (found.people != 1)}", f"confirmed.{subject}")


def text_read(printer: Printer, subject: str) -> str:
    """What was read for the decisions of a kind: ``available text``, or ``available text or full text``."""
    found: Confirmed = printer.tree.confirmed[subject]
    project = found.made.partition(" from the ")[2] if found.confirmed < found.of else ""
    return " or ".join(dict.fromkeys(filter(None, (*project.split(" or "), *found.bases))))


def second_reader(printer: Printer) -> Phrase:
    """Goes on from "one reader extracted the data": that nobody else read them, or how many a person confirmed."""
    found: Confirmed = printer.tree.confirmed["extraction"]
    if not found.confirmed:
        return phrase("; there was no second reader")
    people = phrase(persons(printer, "extraction"), f" from the {' or '.join(found.bases)}")
    said = "; {.confirmed} of {.of} rows of counts and measurements were confirmed by {people}"
    return printer.say(said, "confirmed.extraction", people=people)


def agreement(printer: Printer, subject: str) -> Phrase:
    """``, two assessors agreeing on 80% of the 40 that both judged (Cohen's kappa 0.65)``; nothing without a second.

    Kappa is left out where chance explains all agreement.
    """
    found: Confirmed = printer.tree.confirmed[subject]
    if not found.twice:
        return phrase()
    kappa = "; Cohen's kappa {.kappa}" if found.kappa is not None else ""
    said = f", two assessors agreeing on {{.agreement}} of the {{.twice}} that both judged independently{kappa}"
    return printer.say(said, f"confirmed.{subject}")


def responsibility(printer: Printer) -> Phrase:
    """Who has taken responsibility for the judgements, and how much of what was extracted is confirmed.

    What was extracted is no judgement: it has a sentence of its own as soon as a person confirmed anything.
    """
    everything: dict[str, Confirmed] = printer.tree.confirmed
    kinds = {key: found for key, found in everything.items() if key != EXTRACTION}
    if not any(found.confirmed for found in everything.values()):
        rest = "confirm or change each of them, against the full texts, before its results are relied on."
        return by_authors(
            printer,
            unnamed="No author has taken responsibility for these judgements yet. Whoever takes on the review must "
            + rest,
            named=f"None of the authors has confirmed these judgements yet. They must {rest}",
        )
    left = [key for key, found in kinds.items() if found.confirmed < found.of]
    if not left:
        said = phrase("Each of these judgements was confirmed by a person.")
    else:
        some = any(found.confirmed for found in kinds.values())
        lead = "Persons have confirmed a part of these judgements; not" if some else "Not"
        parts = [
            printer.say(f"{'; ' * bool(number)}{{.label}} ({{.confirmed}} of {{.of}} confirmed)", f"confirmed.{key}")
            for number, key in enumerate(left)
        ]
        said = phrase(f"{lead} yet confirmed are, by kind: ", *parts, ".")
    read = everything[EXTRACTION]
    if read.confirmed == read.of:
        return said
    counted = " Of the counts and measurements as extracted, {.confirmed} of {.of} rows were confirmed."
    return phrase(said, printer.say(counted, f"confirmed.{EXTRACTION}"))
