"""What stands in the rows of a forest plot: the words and numbers of a trial, and of the pooled result."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from analysis.evidence.rows_question import ARMS
from analysis.figures import style
from analysis.figures.forest_layout import NAME, ForestLayout
from analysis.figures.style import write
from analysis.figures.wrapping import POINTS_PER_INCH, length, wrapped
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.states import without_effect
from analysis.results.tree import Outcome, TrialResult
from analysis.synthesis.entries import EXPLAINED, SIGNS, Mark
from analysis.synthesis.outcome_shapes import CountedOutcome, CountedTrial, MeasuredTrial

#: the widest in inches that names on a page may be without smaller type
WIDEST = 1.95
AS_PRINTED, DIFFERENCE_ONLY = "as printed", "difference only"


def write_trial(words: Axes, printer: Printer, key: str, trial: TrialResult, line: float, at: ForestLayout) -> None:
    """Name with marks, numbers of both arms, effect and weight; for a trial without an effect the reason."""
    ink = style.INK if trial.estimable else style.SOFT
    write_name(words, named(printer, trial), line, at, ink, style.line_of(trial.trial))
    write_arms(words, arms(printer, key, trial), line, at, at.treatment, color=ink)
    x, side = at.weight
    if trial.estimable:
        write_effect(words, printer, key, line, at)
        weight = printer(f"{key}.weight") if trial.weight is not None else EN_DASH
        write(words, x, line + at.below, weight, ha=side, va="center", fontsize=at.type_size)
    else:
        reason = wrapped(without_effect(trial), at.reason, at.type_size)
        write(words, at.estimate, line, reason, va="center", color=ink, fontsize=at.type_size)
        if at.below == 0:
            write(words, x, line, EN_DASH, ha=side, va="center", color=ink, fontsize=at.type_size)


def write_name(words: Axes, name: Phrase, line: float, at: ForestLayout, ink: str, mark: str) -> None:
    """The name of a trial; in the smallest type where it would run into the numbers of its line."""
    long = at.control is not None and length(name.text, style.TEXT) > WIDEST * POINTS_PER_INCH
    size = style.SMALL if long else style.smallest_on(words)
    write(words, at.name, line + at.above, name, va="center", color=ink, gid=mark, fontsize=size)


def named(printer: Printer, trial: TrialResult) -> Phrase:
    """The trial's name with the signs of how its numbers were got: ``Shi 2021 c d``."""
    return phrase(printer.cell(trial.trial, "label"), "".join(f" {SIGNS[mark]}" for mark in marks_of(trial)))


def marks_of(trial: TrialResult) -> tuple[Mark, ...]:
    """The marks of a trial in the order in which they are explained."""
    return tuple(mark for mark in SIGNS if mark in trial.marks)


def explained(outcome: Outcome) -> str:
    """What the signs beside the names mean, "" where there are none."""
    used = [mark for mark in SIGNS if any(mark in trial.marks for trial in outcome.trials.values())]
    said = "; ".join(f"{SIGNS[mark]}: {EXPLAINED[mark]}" for mark in used)
    return said[:1].upper() + said[1:] if said[:1] == SIGNS["change"] else said


def arms(printer: Printer, key: str, trial: TrialResult) -> tuple[Phrase | str, Phrase | str]:
    """The numbers of the treatment arm and of the control arm; one text where a report gives the effect only."""
    if isinstance(trial, CountedTrial):
        one, other = (printer.say(f"{{.events_{arm}}}/{{.n_{arm}}}", key) for arm in ARMS)
        return one, other
    if isinstance(trial, MeasuredTrial) and trial.sd_treatment is not None and trial.sd_control is not None:
        one, other = (printer.say(f"{{.mean_{arm}}} ({{.sd_{arm}}}), {{.n_{arm}}}", key) for arm in ARMS)
        return one, other
    if isinstance(trial, MeasuredTrial):
        return DIFFERENCE_ONLY if trial.estimable else EN_DASH, ""
    return AS_PRINTED, ""


def write_arms(
    words: Axes, numbers: tuple[Phrase | str, Phrase | str], line: float, at: ForestLayout, x: float, **options: Any
) -> None:
    """Each arm in its column; or both in one text that begins at ``x``; or below each other."""
    treatment, control = numbers
    options |= {"fontsize": at.type_size}
    if at.control is None and at.split and control:
        write(words, x, line, phrase(treatment, " v"), va="center", **options)
        write(words, x, line + at.below, control, va="center", **options)
    elif at.control is None:
        both = phrase(treatment, " v ", control) if control else treatment
        write(words, x, line + (0.0 if at.split else at.below), both, va="center", **options)
    elif control:
        for centre, text in ((at.treatment, treatment), (at.control, control)):
            write(words, centre, line, text, ha="center", va="center", **options)
    else:
        write(words, (at.treatment + at.control) / 2, line, treatment, ha="center", va="center", **options)


def interval(printer: Printer, key: str) -> Phrase:
    """``(0.49–1.30)``."""
    return printer.say("({interval:.|low|high|–})", key)


def prediction(printer: Printer, key: str) -> Phrase:
    """The prediction interval of an outcome, as `interval`."""
    return printer.say("({prediction:.pooled|–})", key)


def at_point(number: str) -> tuple[str, str]:
    """A number up to its decimal sign, and the rest."""
    whole, point, rest = number.partition(".")
    return whole, point + rest


def at_join(said: Phrase) -> tuple[str, str]:
    """An interval up to what joins its bounds, and the rest."""
    opening, low, *rest = (text for text, _ in said.pairs())
    return opening + low, "".join(rest)


def write_effect(words: Axes, printer: Printer, key: str, line: float, at: ForestLayout, **options: Any) -> None:
    """The estimate with its interval: each in its column, in one text, or the interval below."""
    options |= {"va": "center", "fontsize": at.type_size}
    if at.split:
        write(words, at.estimate, line + at.above, printer(f"{key}.estimate"), **options)
        write(words, at.estimate, line, interval(printer, key), **options)
    elif at.join is None:
        write(words, at.estimate, line + at.above, printer.short(key), **options)
    else:
        estimate = printer(f"{key}.estimate")
        before(words, at.point, line, at_point(estimate.text)[0], estimate, **options)
        write_interval(words, interval(printer, key), line, at, **options)


def write_interval(words: Axes, said: Phrase, line: float, at: ForestLayout, **options: Any) -> None:
    """An interval in its column, or where estimates begin."""
    options = {"va": "center", "fontsize": at.type_size} | options
    if at.join is None:
        write(words, at.estimate, line, said, **options)
    else:
        before(words, at.join, line, at_join(said)[0], said, **options)


def before(words: Axes, x: float, line: float, lead: str, said: Printed | Phrase, **options: Any) -> None:
    """Write a text so that its beginning ``lead`` ends at ``x``."""
    points = length(lead, options["fontsize"], options.get("fontweight", "normal"))
    width = words.bbox.width / words.figure.dpi * POINTS_PER_INCH
    write(words, x - points / width, line, said, **options)


def write_pooled(words: Axes, printer: Printer, key: str, line: float, at: ForestLayout) -> None:
    """The line of the pooled result, and that of the prediction interval."""
    outcome: Outcome = printer.tree.outcomes[key]
    both = totals(printer, key, outcome)
    write_total_name(words, printer.say("Total ({.pooled.k}~trials)", key), line, at, phrase(both[0]).text)
    write_arms(words, both, line, at, NAME, fontweight="bold")
    write_effect(words, printer, f"{key}.pooled", line, at, fontweight="bold")
    if outcome.result.prediction_low is not None:
        name = printer.say("{.pooled.level} prediction interval", key)
        write(words, NAME, line + 1, name, va="center", fontsize=at.type_size)
        write_interval(words, prediction(printer, key), line + 1, at)


def write_total_name(words: Axes, name: Phrase, line: float, at: ForestLayout, beside: str = "") -> None:
    """The name of a pooled result; on two lines where it would run into the numbers ``beside`` it."""
    if at.control is not None and beside:
        half = length(beside, at.type_size, "bold") / POINTS_PER_INCH / 2
        room = (at.treatment - NAME) * words.bbox.width / words.figure.dpi - half - 0.04
        name = wrapped(name, room, at.type_size, "bold")
    write(words, NAME, line + at.above, name, va="center", fontweight="bold", fontsize=at.type_size)


def totals(printer: Printer, key: str, outcome: Outcome) -> tuple[Phrase | str, Phrase | str]:
    """Events and patients of both arms together; of what is measured the patients of the trials pooled."""
    if isinstance(outcome, CountedOutcome) and outcome.counted:
        one, other = (printer.say(f"{{.events_{arm}}}/{{.n_{arm}}}", key) for arm in ARMS)
        return one, other
    return printer.say("{.pooled.participants} patients", key), ""


def level_key(outcome: Outcome, key: str) -> str:
    """The key of the level of the intervals: of the pooled result, else of a trial."""
    if outcome.pooled is not None:
        return f"{key}.pooled.level"
    return f"{key}.trials.{next(iter(outcome.trials))}.level"


def level(printer: Printer, key: str) -> Printed:
    return printer(level_key(printer.tree.outcomes[key], key))
