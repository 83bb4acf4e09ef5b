"""Tables of moderators and small-study effects: coefficients, groups with their test, tests of funnels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from analysis.evidence.rows_question import GROUP, NUMBER
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.explorations import contrast, interaction, left_out, not_answered, not_tested, units
from analysis.results.states import called, unit
from analysis.results.tree import Review
from analysis.synthesis.moderators import Answer, Group, Groups, Regression
from analysis.synthesis.outcome_shapes import is_ratio
from analysis.tables.frame import Table, by_columns

NOT_ASKED = "Whether effects differ by a characteristic of the trials was not asked."
INTERCEPT, SLOPE = "intercept", "slope"
A = TypeVar("A", bound=Answer)
#: a coefficient's name with its regression
Term = tuple[str, Regression]


def regressions(printer: Printer, key: str) -> Table:
    """Both coefficients of each regression of the outcome at ``key``, with what the regression leaves unexplained.

    Coefficients stand on the scale of the analysis: logarithms for ratios. What the slope means for as many units as
    one reads easily stands beside it on the natural scale.
    """
    found = answers(printer, key, Regression)
    at = f"moderators.{key}"

    def name(where: str, row: Term) -> Phrase:
        unit = printer.say(", {.unit}", where) if row[1].unit else ""
        return printer.say(f"{{.label}}{{unit}}: {row[0]}", where, unit=unit).capital

    def change(where: str, row: Term) -> Phrase | str:
        if row[0] == INTERCEPT:
            return ""
        return printer.say("{short:.change} for {.per}{unit} more", where, unit=units(printer, where, row[1]))

    def of_term(template: str) -> Callable[[str, Term], Phrase]:
        return lambda where, row: printer.say(template, f"{where}.{row[0]}")

    def of_whole(template: str) -> Callable[[str, Term], Phrase | str]:
        return lambda where, row: printer.say(template, where) if row[0] == SLOPE else ""

    measure = printer.tree.outcomes[key].measure
    return by_columns(
        printer,
        [(f"{at}.{one}", (term, answer)) for one, answer in found.items() for term in (INTERCEPT, SLOPE)],
        ("Characteristic", "l", name),
        (
            f"Coefficient{', log scale' if is_ratio(measure) else ''} ({{level}} CI)",
            "l",
            of_term("{.coefficient} ({interval:.})"),
        ),
        ("P", "r", of_term("{.p_value}")),
        (f"{contrast(measure).capitalize()} ({{level}} CI)", "l", change),
        ("Trials", "r", of_whole("{.k}")),
        ("F (df)", "r", of_whole("{.f} ({.f_df}, {.f_df_residual})")),
        ("Residual τ²", "r", of_whole("{.tau2}")),
        ("I²", "r", of_whole("{.i2}")),
        ("R²", "r", of_whole("{or_dash:.r2}")),
        ("Pre-specified", "l", lambda _, row: yes(row[1].prespecified) if row[0] == SLOPE else ""),
        nothing="" if found else declined(printer, key, Regression),
        **({"level": f"{at}.{next(iter(found))}.slope.level"} if found else {}),
    )


def groups(printer: Printer, key: str) -> Table:
    """Each group of the outcome at ``key`` pooled by itself, under the characteristic that divides the trials."""
    found = answers(printer, key, Groups)
    at = f"moderators.{key}"
    rows = [
        (f"{at}.{one}.groups.{name}", (f"{at}.{one}", group))
        for one, answer in found.items()
        for name, group in answer.groups.items()
    ]

    def label(where: str, row: tuple[str, Group]) -> Phrase:
        return phrase(printer.capital(f"{row[0]}.label"), ": ", printer(f"{where}.label"))

    return by_columns(
        printer,
        rows,
        ("Group", "l", label),
        ("Trials", "r", "{.pooled.k}"),
        ("Patients", "r", "{.pooled.participants}"),
        ("Estimate ({level} CI)", "l", "{short:.pooled}"),
        ("τ²", "r", "{or_dash:.pooled.tau2}"),
        ("I²", "r", "{or_dash:.pooled.i2}"),
        ("Compared", "l", lambda _, row: yes(row[1].compared)),
        nothing="" if found else declined(printer, key, Groups),
        **({"level": f"{rows[0][0]}.pooled.level"} if found else {}),
    )


def below_groups(printer: Printer, key: str) -> Phrase:
    """What stands below the table of groups: the tests of each characteristic, and what was left out or declined."""
    return below(printer, key, Groups)


def below_regressions(printer: Printer, key: str) -> Phrase:
    """What stands below the table of regressions: the trials left out, and what was declined."""
    return below(printer, key, Regression)


def below(printer: Printer, key: str, kind: type[Answer]) -> Phrase:
    """Sentences on every answer of a kind, then those of the refusals, where there is a table that lacks them."""
    said: list[Phrase] = []
    found = answers(printer, key, kind)
    for name, answer in found.items():
        at = f"moderators.{key}.{name}"
        told = [left_out(printer, at, answer)] if answer.left_out else []
        if isinstance(answer, Groups):
            told.insert(0, interaction(printer, at))
            told += [] if answer.prespecified else [phrase("The comparison was not specified in advance.")]
        if told:
            said.append(phrase(printer.capital(f"{at}.label"), ": ", *spaced(told)))
    if found:
        said += refusals(printer, key, kind)
    return phrase(*spaced(said))


def small_studies(printer: Printer) -> Table:
    """Egger's test of every outcome with enough trials, and what trim and fill would add; else why there is none."""
    review: Review = printer.tree

    def bias(where: str, key: str) -> Phrase:
        return printer.say("{.bias} ({interval:.|bias_low|bias_high})", where)

    def filled(where: str, key: str) -> Phrase | str:
        found = review.small_studies[key].filled
        if found is None:
            return "not done"
        words = f"{{.missing}} on the {found.side}: {{short:.effect}}{{unit}}"
        return printer.say(words, f"{where}.filled", unit=unit(printer, key))

    def limit(where: str, key: str) -> Phrase:
        return printer.say("{short:.limit}{unit}", where, unit=unit(printer, key))

    tested = [(f"small_studies.{key}", key) for key in review.small_studies]
    return by_columns(
        printer,
        tested,
        ("Outcome", "l", lambda _, key: phrase(called(printer, key)).capital),
        ("Trials", "r", "{.k}"),
        ("Bias ({level} CI)", "l", bias),
        ("t (df)", "r", "{.statistic} ({.df})"),
        ("P", "r", "{.p_value}"),
        ("Effect at a standard error of zero ({level} CI)", "l", limit),
        ("Trim and fill, trials added and effect with them", "l", filled),
        nothing="" if tested else phrase(*spaced(not_tested(printer, key) for key in review.outcomes)),
        **({"level": f"{tested[0][0]}.level"} if tested else {}),
    )


def below_small_studies(printer: Printer) -> Phrase:
    """What stands below the table of funnels: what the test cannot tell, and the outcomes that were not tested."""
    review: Review = printer.tree
    notices = dict.fromkeys(found.notice for found in review.small_studies.values() if found.notice)
    said = [phrase(notice) for notice in notices]
    for key in review.small_studies_declined if review.small_studies else ():
        said.append(phrase(phrase(called(printer, key)).capital, ": ", not_tested(printer, key)))
    return phrase(*spaced(said))


def answers(printer: Printer, key: str, kind: type[A]) -> dict[str, A]:
    """The answers of one kind on the outcome at ``key``, by characteristic."""
    review: Review = printer.tree
    return {name: found for name, found in review.moderators.get(key, {}).items() if isinstance(found, kind)}


def declined(printer: Printer, key: str, kind: type[Answer]) -> Phrase:
    """What stands in place of a table: the sentences of what was declined, or that nothing was asked."""
    return phrase(*spaced(refusals(printer, key, kind))) if refused(printer, key, kind) else phrase(NOT_ASKED)


def refusals(printer: Printer, key: str, kind: type[Answer]) -> list[Phrase]:
    return [not_answered(printer, key, name) for name in refused(printer, key, kind)]


def refused(printer: Printer, key: str, kind: type[Answer]) -> list[str]:
    """The characteristics of a kind that were declined."""
    review: Review = printer.tree
    wanted = NUMBER if kind is Regression else GROUP
    return [name for name, one in review.moderators_declined.get(key, {}).items() if one.kind == wanted]


def spaced(said: Iterable[Phrase]) -> Iterator[Phrase | str]:
    """Sentences with spaces between them."""
    for number, one in enumerate(said):
        yield " " if number else ""
        yield one


def yes(value: bool) -> str:
    return "yes" if value else "no"
