"""Tables of what is measured, all such outcomes in one: trials, estimators, measures, and sensitivity."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import called, measure_head, not_pooled, without_effect
from analysis.results.tree import Outcome, Review
from analysis.synthesis.entries import EXPLAINED
from analysis.synthesis.outcome_shapes import MeasuredOutcome
from analysis.tables.frame import Table, by_columns, cite_trial
from analysis.tables.manuscript import gave

#: key of a line, its outcome's key, and what the line is of
Line = tuple[str, tuple[str, str]]


def outcomes(printer: Printer) -> dict[str, Outcome]:
    """Every measured outcome, by its key."""
    review: Review = printer.tree
    return {key: found for key, found in review.outcomes.items() if isinstance(found, MeasuredOutcome)}


def trials(printer: Printer) -> Table:
    """Every trial with numbers: means of both arms, its effect, its weight, and how its numbers were got."""
    found = outcomes(printer)

    def how(_: str, row: tuple[str, str]) -> str:
        marks = found[row[0]].trials[row[1]].marks
        return "; ".join(EXPLAINED[mark] for mark in EXPLAINED if mark in marks) or "as reported"

    def effect(at: str, row: tuple[str, str]) -> Phrase | str:
        trial = found[row[0]].trials[row[1]]
        return printer.short(at) if trial.estimable else without_effect(trial)

    def numbers(_: str, row: tuple[str, str]) -> Phrase | str:
        return gave(printer, *row) if found[row[0]].trials[row[1]].estimable else EN_DASH

    rows = [(f"{key}.trials.{name}", (key, name)) for key, outcome in found.items() for name in outcome.trials]
    return by_columns(
        printer,
        rows,
        ("Outcome", "l", lambda _, row: headed(printer, row[0])),
        ("Trial", "l", lambda _, row: cite_trial(printer, row[1])),
        ("Day", "r", "{or_dash:.timepoint_days}"),
        ("Mean (SD), patients, {treatment} v {comparator}", "l", numbers),
        ("Effect ({level}~CI)", "l", effect),
        ("Weight", "r", "{or_dash:.weight}"),
        ("How the numbers were got", "l", how),
        nothing=said_of_all(printer),
        **({"level": f"{rows[0][0]}.level"} if rows else {}),
    )


def analyses(printer: Printer, *groups: str) -> Table:
    """The variants of each outcome in the named groups; the primary result first unless it is among them."""
    lines = list(variants(printer, groups))
    return by_columns(
        printer,
        lines,
        ("Outcome", "l", lambda _, row: headed(printer, row[0])),
        ("Analysis", "l", lambda at, row: printer(row[1]) if row[1] else "as in the primary analysis"),
        ("Trials", "r", "{.k}"),
        ("Patients", "r", "{.participants}"),
        ("Estimate ({level}~CI)", "l", "{short:.}"),
        ("P", "r", "{.p_value}"),
        ("τ²", "r", "{or_dash:.tau2}"),
        ("I²", "r", "{or_dash:.i2}"),
        nothing=said_of_all(printer),
        **({"level": f"{lines[0][0]}.level"} if lines else {}),
    )


def variants(printer: Printer, groups: tuple[str, ...]) -> Iterator[Line]:
    """Key of each pooled result with the key of its label, "" for the primary one."""
    for key, outcome in outcomes(printer).items():
        if outcome.pooled is not None and "estimators" not in groups:
            yield f"{key}.pooled", (key, "")
        for group in groups:
            for name in getattr(outcome, group):
                at = f"{key}.{group}.{name}"
                yield f"{at}.pooled", (key, f"{at}.label")


def measures(printer: Printer) -> Table:
    """Each outcome by every measure: differences, standardised ones, ratios of means and of geometric means."""
    review: Review = printer.tree
    lines = [
        (f"measures.{key}.{name}.pooled", (key, f"measures.{key}.{name}.label"))
        for key in outcomes(printer)
        for name in review.measures.get(key, {})
    ]
    return by_columns(
        printer,
        lines,
        ("Outcome", "l", lambda _, row: called(printer, row[0])),
        ("Measure and model", "l", lambda _, row: printer(row[1])),
        ("Trials", "r", "{.k}"),
        ("Patients", "r", "{.participants}"),
        ("Estimate ({level}~CI)", "l", "{short:.}"),
        ("P", "r", "{.p_value}"),
        ("τ²", "r", "{or_dash:.tau2}"),
        ("I²", "r", "{or_dash:.i2}"),
        nothing=said_of_all(printer),
        **({"level": f"{lines[0][0]}.level"} if lines else {}),
    )


def declined(printer: Printer) -> Phrase:
    """Which measures refuse the numbers of which outcome, a sentence each; nothing where none does."""
    review: Review = printer.tree
    said: list[Phrase] = []
    for key in outcomes(printer):
        models = review.declined.get(key, {})
        if models:
            names = ", ".join(dict.fromkeys(label.partition(", ")[0].lower() for label in models))
            said.append(
                phrase(f" No {names} is given for ", called(printer, key), ", as its numbers do not allow one.")
            )
    return phrase(*said)


def headed(printer: Printer, key: str) -> Phrase:
    """The outcome with its measure and unit: ``weight, mean difference, kg``."""
    head = measure_head(printer, key)
    return printer.say(f"{{name}}, {head[:1].lower()}{head[1:]}", name=called(printer, key))


def said_of_all(printer: Printer) -> Phrase:
    """Why there is nothing to show, a sentence for each outcome."""
    said: list[Phrase | str] = []
    for key in outcomes(printer):
        said += [" " if said else "", not_pooled(printer, key)]
    return phrase(*said) if said else phrase("No outcome is measured.")
