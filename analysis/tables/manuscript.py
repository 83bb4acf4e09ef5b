"""The tables of the paper itself."""

from __future__ import annotations

from analysis.evidence.rows import Trial
from analysis.printing.printer import Phrase, Printer
from analysis.review.claim_printing import Claims
from analysis.review.tree import Review
from analysis.tables.frame import Markdown, Table, by_columns, cite_trial, read

NOT_READ = "not in the available text"
#: events and patients of both arms of the result that a template goes on from: ``42/112 v 47/110``
COUNTS = "{.events_treatment}/{.n_treatment} v {.events_control}/{.n_control}"


def trials(printer: Printer) -> Table:
    """Characteristics of the eligible trials, and whether their deaths could be read."""
    review: Review = printer.tree
    eligible = [trial for trial in review.evidence.trials if trial.eligibility == "eligible"]
    eligible.sort(key=lambda trial: (trial.year or 0, trial.label))

    def name(at: str, trial: Trial) -> Markdown:
        return Markdown(f"{cite_trial(printer, trial.row_id)}, {printer.or_dash(f'{at}.country')}")

    def deaths(_: str, trial: Trial) -> Phrase | str:
        known = trial.row_id in review.deaths.trials
        return printer.say(COUNTS, f"deaths.trials.{trial.row_id}") if known else NOT_READ

    return by_columns(
        printer,
        read(eligible),
        ("Trial", "l", name),
        ("Severity as reported", "l", "{or_dash:.severity}"),
        ("Cells and dose", "l", "{or_dash:.cell_source}; {or_dash:.dose}"),
        ("Control", "l", "{or_dash:.comparator}"),
        ("Randomised, MSC v control", "l", "{or_dash:.randomised_treatment} v {or_dash:.randomised_control}"),
        ("Deaths/patients, MSC v control", "l", deaths),
    )


def abstract_claims(printer: Printer, claim: Claims) -> Table:
    """The claims of the published abstract against the evidence, each verdict guarded."""
    not_pooled = (
        "no numbers per arm from any of the {word:.trials} placebo-controlled trials that mention it; "
        "fell in {word:.lower}, rose in {word:.higher}"
    )
    pooled_by_others = (
        "; pooled by others as {published.scrt2023ucmsc_il_6.estimate} ({interval:published.scrt2023ucmsc_il_6})"
    )
    lines = (
        (
            "mortality",
            "risk ratio {short:.pooled}, prediction interval {prediction:.pooled}, from {word:.k} trials with deaths",
            "deaths",
            f"{claim('deaths-direction', 'supported in direction only')}; "
            f"{claim('deaths-no-effect-included', 'the interval includes no effect')}",
        ),
        (
            "crp",
            not_pooled,
            "biomarkers.CRP",
            f"{claim('crp-not-poolable', 'not verifiable')}; {claim('crp-both-ways', 'contradicted in part')}",
        ),
        (
            "il6",
            not_pooled + pooled_by_others,
            "biomarkers.IL-6",
            f"{claim('il6-not-poolable', 'not verifiable')}; {claim('il6-both-ways', 'contradicted in part')}",
        ),
        (
            "harm",
            "patients with a serious adverse event of any cause: risk ratio {short:.pooled} from {word:.k} trials; "
            "{word:.k_unavailable} eligible trials without usable counts",
            "serious",
            f"{claim('serious-no-effect-included', 'no signal either way')}, but "
            f"{claim('serious-uninformative', 'too little evidence to exclude harm')}",
        ),
        (
            "four-trials",
            "{word:trials.eligible} eligible trials, {word:.k_shown} with deaths per arm",
            "deaths",
            str(claim("not-four-trials", "cannot be identified or reproduced")),
        ),
    )
    return Table(
        heads=("Claim of the published abstract", "What the available evidence says", "Verdict"),
        rows=tuple(
            (printer(f"data.claim-{name}.claim"), printer.say(evidence, at), Markdown(verdict))
            for name, evidence, at, verdict in lines
        ),
        align="lll",
    )
