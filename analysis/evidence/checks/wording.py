"""Words of a row against its cells: days and counts in labels, codes beside the words they stand for, what is quoted.

The words are the review's own, those of its codes, outcomes and other rows, or plain terms of reports of trials.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from analysis.evidence.checks.choices import parts
from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.quoted import MONTH, YEAR
from analysis.evidence.rows import BiomarkerStatement, Choice, Continuous, Count, Row, Tables
from analysis.evidence.rows_question import ARMS, COUNTED, AskedOutcome

UNITS = {"d": 1.0, "day": 1.0, "week": 7.0, "month": MONTH, "year": YEAR}
NUMBER, UNIT = r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?", r"(day|week|month|year|d(?=\b))s?"
TIMES = (re.compile(rf"\b{UNIT} {NUMBER}\b", re.I), re.compile(rf"\b{NUMBER}[ -]{UNIT}\b", re.I))
FRACTION = re.compile(r"\b(\d+)(?:/| of )(\d+)\b")
NO_TIME = re.compile(r"\btime (?:point )?(?:is )?not (?:stated|given|known|reported)\b", re.I)
DOUBLE_ZERO = re.compile(r"\bdouble[- ]zero\b", re.I)
NONE_IN_BOTH = re.compile(r"\b(?:zero|no) (\w+) in (?:both|either) (?:arm|group)s?\b", re.I)
#: codes that say that there is nothing to say
OPEN_CODES = ("", "not stated", "other", "none", "unclear")
#: in so many other rows a word must stand, always beside the same code, to speak for it
TELLING = 3
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
NOT_RANDOMISED = re.compile(r"\b(?:non|not)[- ]?randomi[sz]ed|\bsingle[- ]arm\b", re.I)
RANDOMISED = re.compile(r"\brandomi[sz]ed\b", re.I)
#: how reports call a rise and a fall: stems of words
RISE, FALL = (
    r"\b(?:increas|higher|elevat|rais|rose|risen|greater)",
    r"\b(?:decreas|lower|reduc|declin|fell|fall|drop)",
)
#: what better of an outcome → stems of words that say its opposite
OPPOSITE = {
    "lower": r"\b(?:surviv|alive|living|lived|recovered|recovering|discharg)",
    "higher": r"\b(?:worse|deteriorat)",
}
#: words of a quotation → the start of the statistics that they name
NAMED_STATISTICS = {
    "SD": (r"\bSDs?\b|\bstandard deviation", "mean/SD"),
    "a standard error": (r"\bSEM?s?\b|\bstandard error", "mean/SE"),
}
CHECK_WORDS = "check against the words quoted"


def days_told(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Each time that a text tells, and the days that it may mean: both ends of a range."""
    found = []
    for number, pattern in enumerate(TIMES):
        for match in pattern.finditer(text):
            unit, first, last = match.groups() if number == 0 else (match[3], match[1], match[2])
            factor = UNITS[unit.lower()]
            found.append((match[0], tuple(round(float(one) * factor) for one in (first, last) if one)))
    return found


def labels(tables: Tables) -> Examined:
    """The label of a choice names its trial, and the day and the counts of the rows that it chose."""
    trials = {trial.row_id: trial for trial in tables.trials}
    counts = {count.row_id: count for count in tables.counts}
    measured = parts(tables)
    named = [trial.label for trial in tables.trials]

    def look(choice: Choice) -> Iterator[Finding]:
        name = trials[choice.trial].label
        other = next((one for one in named if one in choice.label and one not in name), "")
        if other and name not in choice.label:
            yield Finding(choice, "label", f"names {other}, but is a choice of {name}", "make them agree")
        rows = [counts[one] for one in choice.row_ids if one in counts]
        days = [row.timepoint_days for row in rows]
        days += [measured[one].day for one in choice.row_ids if one in measured]
        words = choice.label.replace(name, "")
        for told, possible in days_told(words) if days else ():
            if not set(possible) & set(days):
                given = ", ".join("no day" if day is None else f"day {day}" for day in dict.fromkeys(days))
                yield Finding(choice, "label", f"says {told}, but its rows are of {given}",
                              "choose the row of that time, or mend the label")  # fmt: skip
        known = [day for day in days if day is not None]
        if known and (silent := NO_TIME.search(words)):
            yield Finding(
                choice, "label", f"says {silent[0]!r}, but its rows are of day {known[0]}", "make them agree"
            )
        for top, of in FRACTION.findall(words) if rows else ():
            there = {(getattr(row, f"events_{arm}"), getattr(row, f"n_{arm}")) for row in rows for arm in ARMS}
            if (int(top), int(of)) not in there:
                yield Finding(choice, "label", f"says {top} of {of}, which no arm of its row has", "make them agree")

    return per_row(look, tables.choices)


def zeros(tables: Tables) -> Examined:
    """Where words say that nobody in either arm had the event, both counts are 0."""
    counts = {count.row_id: count for count in tables.counts}
    trials = {trial.row_id: trial for trial in tables.trials}
    outcomes = {outcome.name: outcome for outcome in tables.outcomes}

    def faults(row: Count, words: str, where: str) -> Iterator[Finding]:
        for arm in ARMS:
            if getattr(row, f"events_{arm}"):
                yield Finding(row, f"events_{arm}", f"is not 0, but {where} says {words!r}", "make the two agree")

    def of_count(row: Count) -> Iterator[Finding]:
        for column in ("outcome_detail", "quotation"):
            if said := DOUBLE_ZERO.search(getattr(row, column)):
                yield from faults(row, said[0], column)

    def of_choice(choice: Choice) -> Iterator[Finding]:
        row, trial = counts.get(choice.rows), trials[choice.trial]
        if row is None:
            return
        for column in ("label", "reason"):
            if said := DOUBLE_ZERO.search(getattr(choice, column)):
                yield from faults(row, said[0], f"{column} of {choice.row_id}")
        asked = outcomes.get(choice.analysis)
        called = f"{asked.name} {asked.events} {asked.in_print}".lower() if asked else ""
        for where, text in (
            (f"reason of {choice.row_id}", choice.reason),
            (f"reason of {trial.row_id}", trial.reason),
        ):
            for said in NONE_IN_BOTH.finditer(text):
                if said[1].lower().rstrip("s") in called:
                    yield from faults(row, said[0], where)

    yield from per_row(of_count, tables.counts)
    yield from per_row(of_choice, tables.choices)


def codes(tables: Tables) -> Examined:
    """A code is not that of other words than those beside it."""
    pairs = (("comparator", "comparator_class"), ("intervention", "intervention_class"), ("design", "blinding"))
    found: dict[str, list[Finding]] = defaultdict(list)
    for text, code in pairs:
        for trial in tables.trials:
            found[trial.row_id] += _of_code(trial, text, code, tables.trials)
    for trial in tables.trials:
        negated = NOT_RANDOMISED.search(trial.design)
        said = negated or RANDOMISED.search(trial.design)
        if said and {"yes": bool(negated), "no": not negated}.get(trial.randomised, False):
            problem = f"stands beside the design {said[0]!r}"
            found[trial.row_id].append(Finding(trial, "randomised", problem, "make code and words agree"))
        yield found[trial.row_id]
    yield from (tuple(_of_code(row, "outcome", "outcome_class", tables.published)) for row in tables.published)


def _of_code(row: Row, text: str, code: str, rows: Sequence[Row]) -> Iterator[Finding]:
    own, words = getattr(row, code), getattr(row, text).lower()
    if own in OPEN_CODES or not words:
        return
    left, said = words, []
    known = {getattr(one, code) for one in rows} - set(OPEN_CODES)
    for one in sorted(known, key=len, reverse=True):
        if (plain := one.lower().partition(" or ")[0]) in left:
            left = left.replace(plain, "")
            said.append(one)
    if own in said:
        return
    remedy = f"make the code and {text} agree"
    if said:
        yield Finding(row, code, f"stands beside {text} {said[0]!r}, which is a code of its own", remedy)
        return
    for word in dict.fromkeys(LONG_WORD.findall(words)):
        beside = {
            other.row_id: getattr(other, code)
            for other in rows
            if other is not row and re.search(rf"\b{word}\b", getattr(other, text).lower())
        }
        meant = set(beside.values()) - set(OPEN_CODES)
        if len(meant) == 1 and own not in meant and len(beside) >= TELLING:
            problem = f"stands beside {text} {word!r}, which is coded {min(meant)} in {len(beside)} other rows"
            yield Finding(row, code, problem, remedy)
            return


def _words(text: str) -> set[str]:
    return {word.lower() for word in LONG_WORD.findall(text)}


def _own_words(asked: AskedOutcome, tables: Tables) -> set[str]:
    """Words of an outcome: those of its row, and those that its quotations share and others seldom have."""
    names = (asked.name, asked.events, asked.in_print, asked.head, asked.judged_as)
    here = Counter(word for row in tables.counts if row.outcome == asked.name for word in _words(row.quotation))
    others = [row.quotation for row in tables.counts if row.outcome != asked.name]
    others += [row.quotation for row in (*tables.continuous, *tables.baseline, *tables.biomarkers)]
    there = Counter(word for text in others for word in _words(text))
    shared = {word for word, times in here.items() if times >= TELLING and times > there[word]}
    own = set().union(*map(_words, names)) | shared
    return {word for word in own if not re.match(OPPOSITE[asked.better], word)}


def quoted(tables: Tables) -> Examined:
    """Quotations hold words, and these do not say the opposite of the outcome, the direction or the statistic."""
    outcomes = {outcome.name: outcome for outcome in tables.outcomes if outcome.kind == COUNTED}
    told = {name: _own_words(outcome, tables) for name, outcome in outcomes.items()}

    def of_count(row: Count) -> Iterator[Finding]:
        if row.quotation and not LONG_WORD.search(row.quotation) and not re.search(r"[^\W\d_]{2}", row.quotation):
            yield Finding(row, "quotation", "holds numbers without a word", "quote the words beside them too")
        asked = outcomes.get(row.outcome)
        if row.obtained == "derived" or asked is None or not row.complete:
            return
        said = re.search(rf"{OPPOSITE[asked.better]}\w*", row.quotation, re.I)
        if said and not told[row.outcome] & _words(row.quotation):
            problem = f"says {said[0]!r}, but the row counts {asked.events or asked.name}"
            remedy = "count what was asked for; counts by subtraction are obtained as derived"
            yield Finding(row, "quotation", problem, remedy)

    def of_statement(row: BiomarkerStatement) -> Iterator[Finding]:
        up, down = (re.search(rf"{stem}\w*", row.quotation, re.I) for stem in (RISE, FALL))
        said = {"lower": up if not down else None, "higher": down if not up else None}.get(row.direction)
        if said:
            yield Finding(row, "direction", f"stands beside the words {said[0]!r}", CHECK_WORDS)

    def of_measured(row: Continuous) -> Iterator[Finding]:
        named = {name for name, (words, _) in NAMED_STATISTICS.items() if re.search(words, row.quotation)}
        wanted = {name for name, (_, start) in NAMED_STATISTICS.items() if row.statistic.startswith(start)}
        if wanted and named and not named & wanted:
            yield Finding(row, "statistic", f"stands beside words that name {min(named)}", CHECK_WORDS)
        median, mean = (re.search(rf"\b{word}\b", row.quotation, re.I) for word in ("median", "mean"))
        for said, start in ((median, "mean"), (mean, "median")):
            if said and not (median and mean) and row.statistic.startswith(start):
                yield Finding(row, "statistic", f"stands beside the word {said[0]!r}", CHECK_WORDS)

    yield from per_row(of_count, tables.counts)
    yield from per_row(of_statement, tables.biomarkers)
    yield from per_row(of_measured, tables.continuous)


CHECKS = (
    Check("labels of choices", Kind.ODDITY, "do labels name trial, day and counts of the rows chosen?", labels),
    Check("no events", Kind.ODDITY, "are counts 0 where words say that nobody had the event?", zeros),
    Check("codes and words", Kind.ODDITY, "do coded columns agree with the words beside them?", codes),
    Check("words quoted", Kind.ODDITY, "do quotations not say the opposite of their row?", quoted),
)
