"""What a key means, in words: for tables, the catalogue and the terminal."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from analysis.printing.quantities import step

#: field → what it is, in the review's words for the arms; any other reads as its name without underscores
FIELDS: dict[str, str] = {
    "estimate": "estimate",
    "low": "lower limit of the interval",
    "high": "upper limit of the interval",
    "level": "level of the interval",
    "p_value": "p-value of no effect",
    "statistic": "statistic of the test",
    "df": "degrees of freedom of the test",
    "k": "number of trials with information",
    "k_shown": "number of trials with counts",
    "k_double_zero": "trials without events in either arm",
    "k_secondary": "trials whose counts were read in a review",
    "k_unavailable": "eligible trials without usable counts",
    "participants": "patients in the analysis",
    "participants_shown": "patients in the trials with counts",
    "randomised_unavailable": "patients randomised in trials without usable counts",
    "k_unavailable_sized": "trials without usable counts whose size is known",
    "tau2": "between-trial variance τ²",
    "tau2_low": "lower limit of τ² (Q-profile)",
    "tau2_high": "upper limit of τ² (Q-profile)",
    "i2": "I²",
    "i2_low": "lower limit of I²",
    "i2_high": "upper limit of I²",
    "q": "Cochran's Q",
    "q_df": "degrees of freedom of Q",
    "q_p_value": "p-value of Q",
    "prediction_low": "lower limit of the prediction interval",
    "prediction_high": "upper limit of the prediction interval",
    "prediction_df": "degrees of freedom of the prediction interval",
    "events_treatment": "events with {treatment}",
    "events_control": "events with {control}",
    "n_treatment": "patients with {treatment}",
    "n_control": "patients with {control}",
    "risk_treatment": "risk with {treatment}",
    "risk_control": "risk with {control}",
    "weight": "weight in the pooled result",
    "timepoint_days": "day at which events were counted",
    "f": "F statistic of the slope",
    "f_df": "degrees of freedom of F",
    "f_df_residual": "residual degrees of freedom",
    "r2": "R², the share of τ² that the characteristic accounts for",
    "per": "units of the characteristic that the change is given for",
    "coefficient": "coefficient on the scale of the analysis",
    "k_left_out": "trials with an effect and without a value",
    "k_compared": "trials in the groups compared",
    "bias": "Egger's bias coefficient",
    "bias_low": "lower limit of Egger's bias coefficient",
    "bias_high": "upper limit of Egger's bias coefficient",
    "data_digest": "SHA-256 over the evidence",
    "screened_on": "day of the last search",
}


def path(tree: Any, key: str) -> list[Any]:
    """The objects that ``key`` leads through, from the tree to the value."""
    found = [tree]
    for part in key.split("."):
        found.append(step(found[-1], part)[0])
    return found


def holder_of(key: str) -> str:
    """The key of the result that holds the quantity at ``key``; "" for what hangs from the tree itself."""
    return key.rpartition(".")[0]


def words(tree: Any, holder: str) -> list[str]:
    """Each step of the result's key in words; nothing for the tree itself."""
    if not holder:
        return []
    steps = zip(holder.split("."), path(tree, holder)[1:], strict=True)
    return [str(name_of(found) or part.replace("_", " ")) for part, found in steps]


def name_of(found: Any) -> str:
    """The name that a result has for itself, if it has one."""
    return (getattr(found, "label", "") or getattr(found, "name", "")) if is_dataclass(found) else ""


def method_of(found: Any) -> str:
    """The method that a result names for itself, if it names one."""
    return str(getattr(found, "method", "") or "")


def result_words(tree: Any, holder: str) -> str:
    """The result at ``holder`` in words: "the outcome, leave one out, without A 2023"."""
    if not holder:
        return "the review"
    method = method_of(path(tree, holder)[-1])
    return ", ".join(words(tree, holder)) + (f" ({method})" if method else "")


def meaning(tree: Any, key: str) -> str:
    """The quantity at ``key`` in words."""
    last = key.rpartition(".")[2]
    field = FIELDS.get(last, last.replace("_", " "))
    arms = {name: tree.evidence.called(name) for name in ("treatment", "control")}
    return f"{field.format(**arms)}: {result_words(tree, holder_of(key))}"
