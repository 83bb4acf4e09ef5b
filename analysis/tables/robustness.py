"""Tables of further analyses: measures and models, posteriors, subsets, the multiverse, bounds, directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import measure_head, not_pooled
from analysis.results.tree import PublishedEstimate, Review
from analysis.synthesis.bayesian import Posterior
from analysis.synthesis.directions import TrialDirection
from analysis.synthesis.missing_results import Assumed
from analysis.tables.frame import Markdown, Table, by_columns, cite, cite_trial, under

#: factors of the multiverse in the order of the table
FACTORS = {
    "measure": "Measure",
    "estimator": "Estimator",
    "interval": "Interval",
    "zeros": "Empty cells",
    "reading": "{Events} of one trial",
    "skewed": "Skewed data",
    "correlation": "Correlation of baseline and final values",
    "values": "Values",
    "no_placebo": "Trials",
    "added": "Trials",
    "double_zero": "Trials",
    "printed": "Trials",
    "largest": "Trials",
}


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def measures(printer: Printer, key: str) -> Table:
    """One outcome by every measure and model; those that refuse its data with a dash for each number.

    Risk differences are in percentage points, mean differences in the unit of the outcome.
    """
    found = printer.tree.measures.get(key, {})
    return by_columns(
        printer,
        under(f"measures.{key}", found),
        ("Measure and model", "l", "{.label}"),
        ("Trials", "r", "{.pooled.k}"),
        ("Patients", "r", "{.pooled.participants}"),
        ("Estimate ({level} CI)", "l", "{short:.pooled}"),
        ("P", "r", "{.pooled.p_value}"),
        ("τ²", "r", "{or_dash:.pooled.tau2}"),
        ("I²", "r", "{or_dash:.pooled.i2}"),
        nothing="" if found else not_pooled(printer, key),
        **({"level": f"{key}.pooled.level"} if found else {}),
    )


def caveats(printer: Printer, key: str) -> Phrase:
    """What the models of an outcome note on these data, with the models that note it; nothing where none does."""
    review: Review = printer.tree
    noted = review.caveats.get(key, {})
    said = [printer.say(" {.sentence} ({.models}).", f"caveats.{key}.{model}") for model in noted]
    return phrase(" What the models note:", *said) if said else phrase("")


def posteriors(printer: Printer) -> Table:
    """The pooled effect of each outcome under each prior of the between-trial standard deviation.

    Where a prior is of another measure than that of most, the name of the outcome says which.
    """
    review: Review = printer.tree
    every = [posterior for found in review.bayes.values() for posterior in found.values()]
    ratios = all(posterior.measure == "RR" for posterior in every)

    def prior(at: str, posterior: Posterior) -> Markdown:
        return Markdown(f"{printer(f'{at}.prior')} [@{posterior.citation}]")

    def outcome(at: str, posterior: Posterior) -> Phrase:
        key = at.split(".")[1]
        measure = "" if ratios else f", {measure_head(printer, key, posterior.measure).lower()}"
        return printer.say(capitalised(review.evidence.outcome(key).in_print) + measure)

    return by_columns(
        printer,
        (row for key in review.bayes for row in under(f"bayes.{key}", review.bayes[key])),
        ("Outcome", "l", outcome),
        ("Prior of τ", "l", prior),
        (f"{'Risk ratio' if ratios else 'Effect'}, posterior median ({{level}} CrI)", "l", "{short:.}"),
        (
            f"Probability that {'the ratio is below one' if ratios else 'it lies below no effect'}",
            "r",
            "{.probability_below_1}",
        ),
        ("τ, posterior median ({level} CrI)", "l", "{.tau} ({interval:.|tau_low|tau_high|–})"),
        ("{level} interval for a new trial", "l", "{prediction:.|–}"),
        nothing="Nothing is pooled, so no prior was used.",
        **({"level": f"bayes.{first_of(review.bayes)}.level"} if every else {}),
    )


def first_of(bayes: Mapping[str, Mapping[str, Posterior]]) -> str:
    """The key of the first posterior, below ``bayes``."""
    key = next(key for key, found in bayes.items() if found)
    return f"{key}.{next(iter(bayes[key]))}"


def shrinkage(printer: Printer, key: str, prior: str = "half_normal_05") -> Table:
    """Each trial's own effect, and what it becomes when it borrows from the others."""
    review: Review = printer.tree
    at = f"bayes.{key}.{prior}"
    posterior = review.bayes.get(key, {}).get(prior)
    rows = (
        (f"{at}.shrunken.{name}", (name, printer.short(f"{key}.trials.{name}")))
        for name in (posterior.shrunken if posterior else ())
    )
    return by_columns(
        printer,
        rows,
        ("Trial", "l", lambda _, row: printer.cell(row[0], "label")),
        (f"{measure_head(printer, key)} of the trial ({{level}}~CI)", "l", lambda _, row: row[1]),
        ("Shrunken ({credible} CrI)", "l", "{short:.}"),
        ("Share of the pooled effect", "r", "{.shrinkage}"),
        nothing="" if posterior else not_pooled(printer, key),
        **({"level": f"{key}.pooled.level", "credible": f"{at}.level"} if posterior else {}),
    )


def four_trials(printer: Printer, key: str) -> Table:
    """Every set of four trials of the outcome at ``key``: pooled ratio with both intervals."""
    review: Review = printer.tree
    four = review.further.get("four")
    members = four.shown.members if four else {}
    return by_columns(
        printer,
        under("four.shown.members", members),
        ("Trials", "l", "{.label}"),
        (f"With {review.evidence.outcome(key).events}", "r", "{.pooled.k}"),
        (f"{measure_head(printer, key)} ({{level}}~CI)", "l", "{short:.pooled}"),
        ("{level} Wald interval", "l", "{interval:.wald|low|high|–}"),
        nothing="Too few trials carry information, so there is no such set to show.",
        **({"level": f"{key}.pooled.level"} if members else {}),
    )


def specifications(printer: Printer, key: str) -> Table:
    """The multiverse by choice: analyses, how many favour the treatment, how many intervals exclude no effect."""
    at, found = f"specifications.{key}", printer.tree.specifications.get(key)
    events = printer.tree.evidence.outcome(key).events.capitalize() or "Numbers"
    lines = {
        f"{at}.every": "All analyses",
        f"{at}.placebo_only": "{Comparator}-controlled trials only",
        f"{at}.placebo_only_hk": "{Comparator}-controlled trials only, Hartung-Knapp or modified",
    }
    for name in found.by_choice if found else ():
        lines[f"{at}.by_choice.{name}"] = f"{FACTORS[name.rpartition('_')[0]]}: {{.label}}"
    return by_columns(
        printer,
        lines.items() if found else (),
        ("Choice", "l", lambda at, line: printer.say(line, at, Events=events)),
        ("Distinct analyses", "r", "{.count}"),
        ("Favouring {treatment}", "r", "{.favourable}"),
        ("Interval on the side of {treatment}", "r", "{.for_treatment}"),
        ("Interval on the side of {control}", "r", "{.for_control}"),
        nothing="" if found else not_pooled(printer, key),
    )


def bounds(printer: Printer, key: str) -> Table:
    """What the trials without results would have to show to make the pooled interval exclude no effect."""
    review: Review = printer.tree
    name = review.outcomes[key].name
    rows = (
        (f"bounds.{key}.{interval}.{name}", (bound.interval, getattr(bound, name)))
        for interval, bound in review.bounds.get(key, {}).items()
        for name in ("lowest_risk", "pooled_risk", "highest_risk")
    )
    return by_columns(
        printer,
        rows,
        ("Interval", "l", lambda _, row: row[0]),
        ("Control risk assumed in the missing trials", "l", "{.control_risk} ({.label})"),
        (
            "Common ratio that would move the interval to the side of {treatment} (events, {treatment} v {control})",
            "l",
            lambda at, row: assumed(printer, f"{at}.benefit", row[1].benefit_from, row[1].benefit_to),
        ),
        (
            "The same for {control}",
            "l",
            lambda at, row: assumed(printer, f"{at}.harm", row[1].harm_from, row[1].harm_to),
        ),
        nothing=printer.say(
            "No trial with known arm sizes is missing from the pooled results for {name}.", name=name
        ),
    )


def assumption(printer: Printer, key: str) -> Phrase:
    """What is assumed of the missing trials; nothing where none is missing."""
    known = printer.tree.bounds.get(key, {})
    return phrase(printer(f"bounds.{key}.hk.assumption")) if "hk" in known else phrase()


def assumed(printer: Printer, at: str, first: Assumed | None, last: Assumed | None) -> Phrase | str:
    """``0.40 (5 v 12) to 0.70 (8 v 12)``."""
    if first is None or last is None:
        return "none"
    ratio = "{.ratio} ({.events_treatment} v {.events_control})"
    return phrase(printer.say(ratio, f"{at}_from"), " to ", printer.say(ratio, f"{at}_to"))


def directions(printer: Printer) -> Table:
    """The results behind each direction of the effect-direction plot."""
    review: Review = printer.tree
    rows = (
        (at, (key, trial))
        for key, domain in review.domains.items()
        for at, trial in under(f"domains.{key}.trials", domain.trials)
    )

    def compared(_: str, row: tuple[str, TrialDirection]) -> Phrase | str:
        return "between arms" if row[1].between_arms else printer.say("not compared with {comparator}")

    return by_columns(
        printer,
        rows,
        ("Domain", "l", lambda _, row: printer(f"domains.{row[0]}.name")),
        ("Trial", "l", lambda _, row: cite_trial(printer, row[1].trial)),
        ("Direction", "l", lambda _, row: row[1].direction),
        ("Compared", "l", compared),
        ("Results (+ favourable, − unfavourable, ? not stated)", "l", "{.summary}"),
        nothing="No direction of effect has been entered.",
    )


def placebo_share(printer: Printer) -> Table:
    """Published differences in outcomes not pooled here, and how many patients were in trials without placebo."""
    review: Review = printer.tree
    markers = {name: row for name, row in review.published.items() if row.outcome_class in review.biomarkers}

    def known(template: str, otherwise: str) -> Callable[[str, PublishedEstimate], Phrase | str]:
        return lambda at, row: otherwise if row.share_without_placebo is None else printer.say(template, at)

    return by_columns(
        printer,
        under("published", markers),
        ("Review", "l", lambda _, row: cite(printer.cell(row.row, "review"), row.citation)),
        ("Marker", "l", lambda _, row: printer.cell(row.row, "outcome")),
        ("Mean difference ({level} CI)", "l", "{short:.}"),
        ("Patients", "r", known("{.patients}", "not stated")),
        ("In trials without {comparator}", "r", known("{.without_placebo}", "not known")),
        ("Share", "r", known("{.share_without_placebo}", EN_DASH)),
        nothing="No pooled estimate of these outcomes was found in print.",
        level=f"{review.evidence.primary.key}.pooled.level",
    )
