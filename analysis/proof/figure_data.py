"""What the figures draw, as tables: one for each figure that a document could show, by the figure's name.

Values are those of the tree of results, unrounded; nothing is computed here. A table is ``columns`` and ``rows``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from analysis.printing.contract import FigureTable
from analysis.printing.log import plain
from analysis.printing.quantities import UnknownKey
from analysis.results.frames import columns, rows_at
from analysis.results.tree import Outcome, Review
from analysis.synthesis.moderators import Groups, Regression

#: fields of an outcome that hold variants of its primary analysis
VARIANTS = ("leave_one_out", "sensitivity", "estimators")
#: what a figure shows of a pooled result
POOLED = ("estimate", "low", "high", "level", "k", "participants", "prediction_low", "prediction_high", "i2", "tau2")

Row = Mapping[str, Any]


def tables(review: Review) -> dict[str, FigureTable]:
    """Name of a figure → its table; a figure that has nothing to draw has none."""
    return {name: table(rows) for name, rows in found(review) if rows}


def table(rows: Sequence[Row]) -> FigureTable:
    """Rows with the columns of all of them, in the order in which they come; columns without a value left out."""
    names = dict.fromkeys(name for row in rows for name, value in row.items() if value is not None)
    return {"columns": list(names), "rows": [[plain(row.get(name)) for name in names] for row in rows]}


def found(review: Review) -> Iterator[tuple[str, list[Row]]]:
    """Every figure with the rows of its table."""
    yield "flow", [{"what": name, "number": value} for name, value in columns(review.flow)]
    yield "bias-trials", list(judgements(review))
    yield "bias-summary", named(review, "bias.summary", "domain")
    yield "directions", [row for key in review.domains for row in directions(review, key)]
    yield "context", list(published(review))
    for key in review.domains:
        yield f"harvest-{key}", [row for row in directions(review, key) if row["between_arms"]]
    for key, outcome in review.outcomes.items():
        trials = named(review, f"{key}.trials", "trial")
        pooled = [pooled_row("Random effects", outcome.pooled)] if outcome.pooled is not None else []
        yield f"forest-{key}", [*trials, *pooled]
        yield f"funnel-{key}", named(review, f"small_studies.{key}.points", "trial")
        yield from of_moderators(review, key, trials)
        yield from of_variants(review, key, outcome)
        yield f"models-{key}", [pooled_row(*one) for one in labelled(review.measures.get(key, {}))]
        yield f"posterior-{key}", named(review, f"bayes.{key}", "prior")
        yield f"missing-{key}", named(review, f"bounds.{key}", "interval")
        if key in review.specifications:
            curve = review.specifications[key].curves[outcome.measure]
            yield (
                f"specifications-{key}",
                [{"estimate": one.estimate, "low": one.low, "high": one.high, **one.choices} for one in curve],
            )


def named(review: Review, key: str, name: str) -> list[Row]:
    """The rows of what stands at a key, each with its name first; none where nothing stands there."""
    try:
        rows, _ = rows_at(review, key)
    except UnknownKey:
        return []
    return [{name: row, **values} for row, values in rows.items()]


def pooled_row(label: str, pooled: Any) -> Row:
    """A line of a pooled result."""
    return {"label": label, "measure": pooled.measure, **{name: getattr(pooled, name) for name in POOLED}}


def labelled(variants: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((variant.label, variant.pooled) for variant in variants.values())


def of_variants(review: Review, key: str, outcome: Outcome) -> Iterator[tuple[str, list[Row]]]:
    """The primary result, then the variants of one group or of two, as ``analysis.figures.variants`` names them."""
    if outcome.pooled is None:
        return
    groups: dict[str, Mapping[str, Any]] = {
        name: variants for name in VARIANTS if (variants := getattr(outcome, name, None))
    }
    if key in review.cumulative:
        groups["cumulative"] = review.cumulative[key]
    first = pooled_row("Primary analysis", outcome.pooled)
    for chosen in (*permutations(groups, 1), *permutations(groups, 2)):
        rows = [pooled_row(*one) for name in chosen for one in labelled(groups[name])]
        yield "-".join(("variants", key, *chosen)), [first, *rows]


def of_moderators(review: Review, key: str, trials: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Trials with their value of a characteristic, or by the group that it puts them in with the group's result."""
    for name, asked in review.moderators.get(key, {}).items():
        rows: list[Row] = []
        if isinstance(asked, Regression):
            within = [row for row in trials if row["trial"] in asked.trials]
            rows += [{**row, "value": asked.trials[row["trial"]].value} for row in within]
            yield f"bubble-{key}-{name}", rows
        elif isinstance(asked, Groups):
            for group in asked.groups.values():
                rows += [{"group": group.label, **row} for row in trials if row["trial"] in group.trials]
                rows.append({"group": group.label, **pooled_row("Random effects", group.pooled)})
            yield f"subgroups-{key}-{name}", rows


def judgements(review: Review) -> Iterator[Row]:
    """A row for each eligible trial and domain."""
    for name, trial in review.bias.trials.items():
        for domain, one in trial.domains.items():
            yield {
                "trial": name,
                "label": trial.label,
                "domain": review.bias.summary[domain].label,
                "judgement": one.judgement,
                "by": one.by or None,
                "implied": one.implied,
            }


def directions(review: Review, key: str) -> Iterator[Row]:
    """A row for each trial of a domain that is judged by direction."""
    domain = review.domains[key]
    for name, trial in domain.trials.items():
        yield {
            "domain": domain.name,
            "trial": name,
            "label": trial.label,
            "eligibility": trial.eligibility,
            "direction": trial.direction,
            "between_arms": trial.between_arms,
            "favourable": trial.favourable,
            "unfavourable": trial.unfavourable,
            "results": trial.number,
        }


def published(review: Review) -> Iterator[Row]:
    """What other reviews printed, with their own words for it."""
    for name, one in review.published.items():
        row = review.evidence.row(one.row)
        yield {
            "estimate_of": name,
            "review": getattr(row, "review", None),
            "outcome": getattr(row, "outcome", None),
            "measure": one.measure,
            **dict(columns(one)),
        }
