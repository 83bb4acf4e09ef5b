"""The tables of the paper itself."""

from __future__ import annotations

from analysis.printing.numbers import EN_DASH, NO_BREAK
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.review.claim_printing import Claims
from analysis.review.tree import Review
from analysis.tables.frame import Markdown, Table

NOT_READ = "not in the available text"


def cite(name: Printed | str, key: str) -> Markdown:
    """A trial's or review's name with its reference."""
    return Markdown(f"{name} [@{key}]" if key else f"{name}")


def field(printer: Printer, row_id: str, column: str) -> Printed | str:
    """A cell of the evidence as it was read, with row and column as its key; a dash where it is empty."""
    if getattr(printer.tree.evidence.row(row_id), column) in (None, ""):
        return EN_DASH
    return printer.cell(row_id, column)


def interval_head(printer: Printer, words: str, key: str) -> Phrase:
    """``Risk ratio (95% CI)``, with the level of the pooled result at ``key``."""
    return phrase(f"{words} (", printer(f"{key}.level"), f"{NO_BREAK}CI)")


def prediction_head(printer: Printer, key: str) -> Phrase:
    return phrase(printer(f"{key}.level"), " prediction interval")


def counts(printer: Printer, key: str) -> Phrase:
    """``42/112 v 47/110``."""
    return Phrase(
        (
            printer(f"{key}.events_treatment"), "/", printer(f"{key}.n_treatment"), " v ",
            printer(f"{key}.events_control"), "/", printer(f"{key}.n_control"),
        )
    )  # fmt: skip


def trials(printer: Printer) -> Table:
    """Characteristics of the eligible trials, and whether their deaths could be read."""
    review: Review = printer.tree
    eligible = [trial for trial in review.evidence.trials if trial.eligibility == "eligible"]
    eligible.sort(key=lambda trial: (trial.year or 0, trial.label))
    rows = []
    for trial in eligible:

        def cell(column: str, row: str = trial.row_id) -> Printed | str:
            return field(printer, row, column)

        read = review.deaths.trials.get(trial.row_id)
        rows.append(
            (
                Markdown(f"{cite(cell('label'), trial.citation)}, {cell('country')}"),
                cell("severity"),
                Phrase((cell("cell_source"), "; ", cell("dose"))),
                cell("comparator"),
                Phrase((cell("randomised_treatment"), " v ", cell("randomised_control"))),
                counts(printer, f"deaths.trials.{trial.row_id}") if read else NOT_READ,
            )
        )
    return Table(
        heads=(
            "Trial",
            "Severity as reported",
            "Cells and dose",
            "Control",
            "Randomised, MSC v control",
            "Deaths/patients, MSC v control",
        ),
        rows=tuple(rows),
        align="llllll",
    )


def abstract_claims(printer: Printer, claim: Claims) -> Table:
    """The claims of the published abstract against the evidence, each verdict guarded."""
    return Table(
        heads=("Claim of the published abstract", "What the available evidence says", "Verdict"),
        rows=(
            (
                field(printer, "claim-mortality", "claim"),
                Phrase(
                    (
                        "risk ratio ", *printer.short("deaths.pooled").parts, ", prediction interval ",
                        *printer.prediction("deaths.pooled").parts, ", from ", printer.word("deaths.k"),
                        " trials with deaths",
                    )
                ),
                Markdown(
                    f"{claim('deaths-direction', 'supported in direction only')}; "
                    f"{claim('deaths-no-effect-included', 'the interval includes no effect')}"
                ),
            ),
            (
                field(printer, "claim-crp", "claim"),
                Phrase(
                    (
                        "no numbers per arm from any of the ", printer.word("biomarkers.CRP.trials"),
                        " placebo-controlled trials that mention it; fell in ", printer.word("biomarkers.CRP.lower"),
                        ", rose in ", printer.word("biomarkers.CRP.higher"),
                    )
                ),
                Markdown(
                    f"{claim('crp-not-poolable', 'not verifiable')}; "
                    f"{claim('crp-both-ways', 'contradicted in part')}"
                ),
            ),
            (
                field(printer, "claim-il6", "claim"),
                Phrase(
                    (
                        "no numbers per arm from any of the ", printer.word("biomarkers.IL-6.trials"),
                        " placebo-controlled trials that mention it; fell in ", printer.word("biomarkers.IL-6.lower"),
                        ", rose in ", printer.word("biomarkers.IL-6.higher"), "; pooled by others as ",
                        printer("published.scrt2023ucmsc_il_6.estimate"), " (",
                        *printer.interval("published.scrt2023ucmsc_il_6").parts, ")",
                    )
                ),
                Markdown(
                    f"{claim('il6-not-poolable', 'not verifiable')}; "
                    f"{claim('il6-both-ways', 'contradicted in part')}"
                ),
            ),
            (
                field(printer, "claim-harm", "claim"),
                Phrase(
                    (
                        "patients with a serious adverse event of any cause: risk ratio ",
                        *printer.short("serious.pooled").parts, " from ", printer.word("serious.k"), " trials; ",
                        printer.word("serious.k_unavailable"),
                        " eligible trials without usable counts",
                    )
                ),
                Markdown(
                    f"{claim('serious-no-effect-included', 'no signal either way')}, but "
                    f"{claim('serious-uninformative', 'too little evidence to exclude harm')}"
                ),
            ),
            (
                field(printer, "claim-four-trials", "claim"),
                Phrase(
                    (
                        printer.word("trials.eligible"), " eligible trials, ", printer.word("deaths.k_shown"),
                        " with deaths per arm",
                    )
                ),
                Markdown(f"{claim('not-four-trials', 'cannot be identified or reproduced')}"),
            ),
        ),
        align="lll",
    )  # fmt: skip
