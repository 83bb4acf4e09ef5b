"""The tables of the supplement."""

from __future__ import annotations

from analysis.evidence.digitised.series import DigitisedSeries
from analysis.evidence.rows import Choice, Count, ProtocolChoice, RiskOfBias
from analysis.printing import declarations
from analysis.printing.cells import PREFIX
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import measure_head, not_pooled
from analysis.results.tree import Outcome, Review
from analysis.synthesis.conversions import series_key
from analysis.tables.frame import Cell, Markdown, Table, by_columns, cite, cite_trial, read, under
from analysis.tables.grading import bias_by_result, certainty, missing_results
from analysis.tables.manuscript import COUNTS
from analysis.tables.reporting import checklist, strategies

__all__ = [
    "bias_by_result",
    "biomarkers",
    "certainty",
    "checklist",
    "conflicts",
    "missing_results",
    "near_misses",
    "protocol",
    "published",
    "risk_of_bias",
    "sources",
    "strategies",
    "unavailable",
    "variants",
]

#: a ratio as a report prints it
PRINTED = "{.printed_measure} {.printed_estimate} ({.printed_low} to {.printed_high})"
JUDGEMENT_SYMBOLS = {"low": "+", "some concerns": "!", "high": "−", "unclear": "?", "no information": "?"}


def conflicts(printer: Printer) -> Table:
    """Every conflict in the evidence, with what was done about it."""
    review: Review = printer.tree
    return by_columns(
        printer,
        read(review.evidence.conflicts),
        ("Trial", "l", lambda _, row: printer.cell(row.trial, "label") if row.trial else "Several"),
        ("What", "l", "{or_dash:.topic}"),
        ("One source", "l", "{or_dash:.statement_a}"),
        ("The other", "l", "{or_dash:.statement_b}"),
        ("What was done, and why", "l", "{or_dash:.resolution}: {or_dash:.reason}"),
        nothing="No sources were found to disagree.",
    )


def variants(printer: Printer, key: str, group: str, head: str) -> Table:
    """One line per variant of an outcome's analysis, the primary result first; a sentence where there is none."""
    outcome: Outcome = printer.tree.outcomes[key]
    at, found = f"{key}.{group}", getattr(outcome, group)
    lines: dict[str, Cell] = {}
    if found and group != "estimators":
        lines[f"{key}.pooled"] = "as in the primary analysis"
    for name in found:
        lines[f"{at}.{name}.pooled"] = printer(f"{at}.{name}.label")
    level = {"level": f"{key}.pooled.level"} if found else {}
    return by_columns(
        printer,
        lines.items(),
        (head, "l", lambda _, label: label),
        ("Trials", "r", "{.k}"),
        ("Patients", "r", "{.participants}"),
        (f"{measure_head(printer, key)} ({{level}}~CI)", "l", "{short:.}"),
        ("P", "r", "{.p_value}"),
        ("τ²", "r", "{or_dash:.tau2}"),
        ("I²", "r", "{or_dash:.i2}"),
        ("{level} prediction interval", "l", lambda at, _: predicted(printer, at)),
        nothing="" if found else not_pooled(printer, key),
        **level,
    )


def predicted(printer: Printer, at: str) -> Phrase | str:
    return EN_DASH if printer.find(f"{at}.prediction_low").value is None else printer.prediction(at, EN_DASH)


def unavailable(printer: Printer, key: str) -> Table:
    """Eligible trials without usable numbers for an outcome, by name, with the reason."""
    outcome: Outcome = printer.tree.outcomes[key]
    return by_columns(
        printer,
        under(f"{key}.unavailable", outcome.unavailable),
        ("Trial", "l", lambda _, trial: cite_trial(printer, trial.trial)),
        ("Registry number", "l", lambda _, trial: printer.or_dash(f"data.{trial.trial}.registry_id")),
        ("Randomised", "r", "{or_dash:.randomised}"),
        ("What was available", "l", "{.reason}"),
        nothing=printer.say("No eligible trial is missing from the results for {name}.", name=outcome.name),
    )


def sources(printer: Printer) -> Table:
    """The words in which each result of the primary and sensitivity analyses was read."""
    review: Review = printer.tree
    rows = (
        (f"data.{row_id}", (choice, shown(printer, row_id)))
        for choice in review.evidence.choices
        if choice.role in ("primary", "sensitivity")
        for row_id in choice.row_ids
    )

    def use(_: str, row: tuple[Choice, Phrase]) -> Phrase:
        choice = row[0]
        words = {"analysis": choice.analysis, "role": choice.role}
        return printer.say("{.label}, {analysis}, {role}", f"data.{choice.trial}", **words)

    def where(at: str, row: tuple[Choice, Phrase]) -> Markdown:
        address = getattr(review.evidence.row(at.removeprefix(PREFIX)), "address", "")
        return Markdown(f"{printer(f'{at}.locator')} ([link]({address}))")

    return by_columns(
        printer,
        rows,
        ("Trial, outcome, use", "l", use),
        ("What was read, {treatment} v {control}", "l", lambda _, row: row[1]),
        ("Where", "l", where),
        ("Words read", "l", "{or_dash:.quotation}"),
        nothing="No result has been entered.",
    )


def shown(printer: Printer, row_id: str) -> Phrase:
    """The numbers of a row that enter an analysis: counts of both arms, a printed effect, or one arm's statistic."""
    row, at = printer.tree.evidence.row(row_id), f"{PREFIX}{row_id}"
    if isinstance(row, DigitisedSeries):
        read = printer.say("{.mean} ({or_dash:.sd}), read from a figure", f"conversions.{series_key(row)}")
        return phrase(printer.say("{.arm}: ", at), read, printer.say(", n {or_dash:.n}", at))
    if isinstance(row, Count):
        return printer.say(COUNTS if row.complete else PRINTED, at)
    return printer.say("{.arm}: {.centre} ({.statistic}), n {or_dash:.n}", at)


def biomarkers(printer: Printer) -> Table:
    """What was said of the outcomes known from statements only, trial by trial."""
    review: Review = printer.tree
    columns = ("biomarker", "direction", "comparison", "timepoint_text", "quotation")
    rows: list[tuple[Cell, ...]] = []
    for at, row in read(row for row in review.evidence.biomarkers if row.biomarker in review.biomarkers):
        said = [printer.or_dash(f"{at}.{column}") for column in columns]
        control = f"data.{row.trial}.comparator_class"
        rows.append((cite_trial(printer, row.trial), printer.or_dash(control), *said))
    heads = ("Trial", "Control", "Marker", printer.say("With {treatment}"), "Compared", "When", "Words read")
    return Table(heads, tuple(rows), "l" * len(heads))


def published(printer: Printer) -> Table:
    """Pooled estimates that other reviews printed."""
    review: Review = printer.tree
    rows = ((at, (row, printer.interval(at))) for at, row in under("published", review.published))
    return by_columns(
        printer,
        rows,
        ("Review", "l", lambda _, row: cite(printer.cell(row[0].row, "review"), row[0].citation)),
        ("Outcome", "l", lambda _, row: printer.cell(row[0].row, "outcome")),
        ("Measure", "l", lambda _, row: row[0].measure),
        ("Estimate (interval)", "l", lambda at, row: printer.say("{.estimate} ({bounds})", at, bounds=row[1])),
        ("Studies", "l", "{or_dash:.k}"),
        ("Patients", "l", "{or_dash:.participants}"),
        ("I²", "l", "{or_dash:.i2}"),
        nothing="No pooled estimate of another review has been entered.",
    )


def risk_of_bias(printer: Printer) -> Table:
    """All judgements, published ones and our own, with who judged and why; trials without a published one say so."""
    review: Review = printer.tree

    def sign(judgement: str) -> str:
        symbol = JUDGEMENT_SYMBOLS.get(judgement)
        return f"({symbol}) " if symbol else ""

    given: dict[tuple[str, str, str], str] = {}

    def reason(at: str, row: RiskOfBias) -> Cell:
        """What the same assessor says word for word of another domain of the trial is printed with the first."""
        first = given.setdefault((row.trial, row.assessed_by, row.reason), row.row_id)
        return "as above" if row.reason and first != row.row_id else printer.say("{or_dash:.reason}", at)

    return by_columns(
        printer,
        read(review.evidence.risk_of_bias),
        ("Trial", "l", lambda _, row: printer.cell(row.trial, "label") if row.trial else "Several trials"),
        ("Result", "l", "{or_dash:.outcome}"),
        ("Tool", "l", "{or_dash:.tool}"),
        ("Domain", "l", "{or_dash:.domain}"),
        ("Judgement", "l", lambda at, row: printer.say(sign(row.judgement) + "{or_dash:.judgement}", at)),
        ("Judged by", "l", "{or_dash:.assessed_by}"),
        ("Reason", "l", reason),
        nothing="No judgement of risk of bias has been entered.",
    )


def near_misses(printer: Printer) -> Table:
    """Trials that look eligible and are not, or not yet, with the reason."""
    review: Review = printer.tree
    return by_columns(
        printer,
        read(trial for trial in review.evidence.trials if trial.eligibility != "eligible"),
        ("Trial", "l", lambda _, trial: cite_trial(printer, trial.row_id)),
        ("Design", "l", "{or_dash:.design}"),
        ("Control", "l", "{or_dash:.comparator}"),
        ("What became of it", "l", "{or_dash:.eligibility}"),
        ("Reason", "l", "{or_dash:.reason}"),
        nothing="No trial was left out of the primary analyses.",
    )


def protocol(printer: Printer) -> Table:
    """The decisions of the review, their reasons, and whether the evidence had been seen when they were taken."""
    review: Review = printer.tree
    return by_columns(
        printer,
        read(review.evidence.protocol),
        ("Topic", "l", "{or_dash:.topic}"),
        ("Decision", "l", lambda at, row: decision(printer, at, row)),
        ("Reason", "l", lambda at, row: printer.say("{or_dash:" + reason_of(row) + "}", at)),
        ("Taken", "l", lambda at, row: taken(printer, at, row)),
        nothing="No decision has been entered.",
    )


def decision(printer: Printer, at: str, row: ProtocolChoice) -> Phrase:
    """The decision of a row, or what is declared of the matter in its place."""
    name = declarations.named_in(row.decision)
    return declarations.brief(printer, name) if name else printer.say("{or_dash:.decision}", at)


def reason_of(row: ProtocolChoice) -> str:
    """The key of the reason: the row's own, or the one that is declared."""
    return f"{declarations.KEY}.registration.reason" if declarations.named_in(row.decision) else ".reason"


def taken(printer: Printer, at: str, row: ProtocolChoice) -> Phrase:
    """When a decision was taken; a registration when it was made."""
    if declarations.named_in(row.decision) and declarations.when(printer) != declarations.NOT_REGISTERED:
        early = declarations.when(printer) == declarations.IN_ADVANCE
        return printer.say(f"{'in advance' if early else 'not in advance'}, {{{declarations.KEY}.registration.date}}")
    return printer.say(f"{'in advance' if row.prespecified else 'post hoc'}, {{.decided_on}}", at)
