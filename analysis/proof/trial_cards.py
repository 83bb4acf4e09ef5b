"""What is known of a trial, for the card that a line of a figure opens: numbers, where they were read, bias."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.evidence.rows_bookkeeping import Reference
from analysis.judgements.bias import NONE, TrialBias
from analysis.printing.contract import Card, CardLine, CardPart
from analysis.printing.printer import Phrase, Printer
from analysis.results.states import without_effect
from analysis.results.tree import Review, TrialResult
from analysis.synthesis.outcome_shapes import MEASURES, CountedTrial, MeasuredTrial


def cards(review: Review) -> dict[str, Card]:
    """Name of a trial → its card, of every trial with a result or a judgement of bias."""
    printer = Printer(review)
    names = dict.fromkeys(name for outcome in review.outcomes.values() for name in outcome.trials)
    names |= dict.fromkeys(review.bias.trials)
    cited = {one.key: one for one in review.evidence.bibliography}
    return {name: card(printer, name, cited) for name in names}


def card(printer: Printer, name: str, cited: dict[str, Reference]) -> Card:
    review: Review = printer.tree
    trial = review.evidence.trial(name)
    reference = cited.get(trial.citation)
    results = [
        part(printer, key, outcome.trials[name]) for key, outcome in review.outcomes.items() if name in outcome.trials
    ]
    return {
        "heading": trial.label,
        "parts": [*results, *bias(review, name)],
        "reference": "" if reference is None else said_of(reference),
        "address": "" if reference is None else reference.address,
        "cited": trial.citation,
    }


def part(printer: Printer, key: str, trial: TrialResult) -> CardPart:
    """One outcome: the numbers of the arms, the effect, its weight, and the rows they were read in."""
    outcome = printer.tree.outcomes[key]
    at = f"{key}.trials.{trial.trial}"
    lines = list(arms(printer, at, trial))
    if trial.estimable:
        lines.append(line(MEASURES[outcome.measure], printer.short(at)))
        if trial.weight is not None:
            lines.append(line("Weight", printer.say("{.weight}", at)))
    else:
        lines.append(line(MEASURES[outcome.measure], without_effect(trial)))
    return {"heading": outcome.name[:1].upper() + outcome.name[1:], "lines": lines, "rows": list(trial.rows)}


def arms(printer: Printer, at: str, trial: TrialResult) -> Iterator[CardLine]:
    evidence = printer.tree.evidence
    for arm, called in (("treatment", evidence.called("treatment")), ("control", evidence.called("comparator"))):
        term = called[:1].upper() + called[1:]
        if isinstance(trial, CountedTrial):
            yield line(term, printer.say(f"{{.events_{arm}}} of {{.n_{arm}}}", at))
        elif isinstance(trial, MeasuredTrial) and getattr(trial, f"sd_{arm}") is not None:
            yield line(term, printer.say(f"mean {{.mean_{arm}}} (SD {{.sd_{arm}}}), {{.n_{arm}}} patients", at))


def bias(review: Review, name: str) -> Iterator[CardPart]:
    """The judgements by domain, each with the row that holds its reason; nothing where none was found."""
    found: TrialBias | None = review.bias.trials.get(name)
    if found is None or all(one.judgement == NONE for one in found.domains.values()):
        return
    lines: list[CardLine] = []
    for domain, one in found.domains.items():
        how = ", judged by us" if one.own else ", implied by the overall judgement" if one.implied else ""
        reason = getattr(review.evidence.row(one.row), "reason", "") if one.row else ""
        lines.append({"term": review.bias.summary[domain].label, "text": one.judgement + how, "why": reason})
    rows = dict.fromkeys(one.row for one in found.domains.values() if one.row and not one.own)
    yield {"heading": "Risk of bias", "lines": lines, "rows": list(rows)}


def line(term: str, said: Phrase | str) -> CardLine:
    return {"term": term, "text": said if isinstance(said, str) else said.text, "why": ""}


def said_of(reference: Reference) -> str:
    """Authors, title, journal and year, as far as they were read."""
    parts = (reference.authors, reference.title, reference.journal_or_publisher, str(reference.year or ""))
    return ". ".join(part.replace(";", ",").strip(" .{}") for part in parts if part) + "."
