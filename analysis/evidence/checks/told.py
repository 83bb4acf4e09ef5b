"""Words quoted against what was read off them: whose trial, which way, which p-value, which judgement."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from analysis.evidence.checks.agreeing import name_of
from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.checks.wording import FALL, RISE, TELLING, days_told
from analysis.evidence.rows import BiomarkerStatement, Conflict, Count, PublishedPooled, RiskOfBias, Row, Tables
from analysis.evidence.rows_question import ARMS

CHECK_WORDS = "check against the words quoted"
#: "Name et al.", "Other-Name and colleagues"
CITED = re.compile(r"\b([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?)(?:,? et al\b| and colleagues\b)")
NO_DIFFERENCE = re.compile(
    r"\b(?:(?:did|does|do|were|was|is|are) not (?:\w+ )?differ\w*|no (?:\w+ )?(?:difference|change)s?|similar)\b",
    re.I,
)
CLEAR = re.compile(r"\bsignificant(?:ly)?\b", re.I)
NOT_CLEAR = re.compile(r"\bnot? (?:\w+ )?significant", re.I)
P_SAID = re.compile(r"\b[Pp]\s*([<>=≤≥])\s*(0?\.\d+)")
PAIR = re.compile(r"\b(\d+)/(\d+) (?:v|vs\.?|versus|against) (\d+)/(\d+)\b")
HETEROGENEITY = re.compile(r"\bI\s?[2²]\s*=\s*(\d+(?:\.\d+)?)\s*%")
PATIENTS = re.compile(r"\bn\s*=\s*([\d,]+)(?! (?:stud|trial|RCT))|\b([\d,]+) (?:patients|participants)\b")
STUDIES = re.compile(r"\bn = (\d+) stud|(?<!\d )\b(\d+) (?:trials|studies)\b", re.I)
RATIOS = ("RR", "OR", "HR", "IRR", "ROM")
#: judgements of bias as tools print them
PRINTED = re.compile(r"\b(low|high|unclear|some concerns?|critical|serious|moderate)\b(?: risk)?", re.I)


def whose(tables: Tables) -> Examined:
    """A quotation that names trials by their authors names that of its row."""
    names = {trial.row_id: name_of(trial) for trial in tables.trials}
    by_name: dict[str, set[str]] = {}
    for trial, name in names.items():
        by_name.setdefault(name.casefold(), set()).add(trial)

    def look(row: Row) -> Iterator[Finding]:
        trial = getattr(row, "trial", "")
        cited = {name.split(" ")[-1].casefold() for name in CITED.findall(row.quotation)}  # type: ignore[union-attr]
        others = {name for name in cited if name in by_name and trial not in by_name[name]}
        own = {name for name in cited if trial in by_name.get(name, ())} or names.get(trial, "").casefold() in cited
        if trial and others and not own:
            told = min(others).title()
            yield Finding(row, "trial", f"is not the trial of {told}, whom the quotation names", CHECK_WORDS)

    rows = (tables.counts, tables.continuous, tables.baseline, tables.biomarkers, tables.risk_of_bias)
    for table in rows:
        yield from (tuple(look(row)) for row in table)


def sources(tables: Tables) -> Examined:
    """What was read at one address has one source, where that is so in the other rows read there."""
    rows = [
        row
        for table in (tables.counts, tables.continuous, tables.baseline, tables.biomarkers, tables.published)
        for row in table
        if row.source and row.address
    ]
    read: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        read[row.address][row.source] += 1

    def look(row: Row) -> Iterator[Finding]:
        here = read[row.address]  # type: ignore[union-attr]
        usual, times = here.most_common(1)[0]
        if usual != row.source and times >= TELLING and times == here.total() - 1:  # type: ignore[union-attr]
            problem = f"is not {usual}, the source of the {times} other rows that were read at this address"
            yield Finding(row, "source", problem, "make source and address agree")

    yield from (tuple(look(row)) for row in rows)


def statements(tables: Tables) -> Examined:
    """Direction, comparison, p-value and patients of a statement are those of its words and of its trial."""
    sizes = {trial.row_id: (trial.randomised_treatment, trial.randomised_control) for trial in tables.trials}

    def look(row: BiomarkerStatement) -> Iterator[Finding]:
        none = NO_DIFFERENCE.search(row.quotation)
        moved = re.search(rf"(?:{RISE}|{FALL})\w*", row.quotation, re.I)
        if row.direction in ("lower", "higher") and none and not moved:
            yield Finding(row, "direction", f"stands beside the words {none[0]!r}", CHECK_WORDS)
        clear = CLEAR.search(row.quotation) and not NOT_CLEAR.search(row.quotation)
        if row.direction == "no clear difference" and moved and clear and not none:
            yield Finding(row, "direction", f"stands beside the words {moved[0]!r}", CHECK_WORDS)
        told = {(sign, float(number)) for sign, number in P_SAID.findall(row.quotation)}
        for sign, number in P_SAID.findall(row.p_value_text):
            same = {there for there, value in told if value == float(number)}
            if same and sign not in same:
                yield Finding(row, "p_value_text", f"has another sign than the quotation, {min(same)}", CHECK_WORDS)
        days = {day for _, possible in days_told(row.timepoint_text) for day in possible}
        quoted = {day for _, possible in days_told(row.quotation) for day in possible}
        if days and quoted and not days & quoted:
            problem = f"is not the time that the quotation tells, day {min(quoted)}"
            yield Finding(row, "timepoint_text", problem, CHECK_WORDS)
        arms = sizes[row.trial]
        if row.n is not None and None not in arms and row.n > sum(arms):  # type: ignore[arg-type]
            yield Finding(row, "n", f"is more than the {sum(arms)} randomised", CHECK_WORDS)  # type: ignore[arg-type]
        between = re.search(r" v | vs | versus |,|\band\b|^both$", row.arms_text)
        if row.comparison == "between arms" and not between:
            yield Finding(row, "comparison", f"stands beside the arms {row.arms_text!r}", "make the two agree")

    return per_row(look, tables.biomarkers)


def pooled(tables: Tables) -> Examined:
    """What another review printed: heterogeneity, patients and direction are those of its words."""

    def look(row: PublishedPooled) -> Iterator[Finding]:
        told = [float(number) for number in HETEROGENEITY.findall(row.quotation)]
        if row.i2_percent is not None and told and row.i2_percent not in told:
            yield Finding(row, "i2_percent", f"is not the I² quoted, {told[0]:g}", CHECK_WORDS)
        patients = {int((a or b).replace(",", "")) for a, b in PATIENTS.findall(row.quotation) if (a or b).strip(",")}
        if row.n is not None and patients and row.n not in patients:
            yield Finding(row, "n", f"is not the number of patients quoted, {min(patients)}", CHECK_WORDS)
        studies = {int(a or b) for a, b in STUDIES.findall(row.quotation)}
        if row.k is not None and studies and row.k != sum(studies) and row.k not in studies:
            yield Finding(row, "k", f"is not the number of studies quoted, {min(studies)}", CHECK_WORDS)
        up, down = (re.search(rf"{stem}\w*", row.quotation, re.I) for stem in (RISE, FALL))
        nothing = 1.0 if row.measure in RATIOS else 0.0
        said = up if not down and row.estimate < nothing else down if not up and row.estimate > nothing else None
        if said and not NO_DIFFERENCE.search(row.quotation):
            yield Finding(row, "estimate", f"stands beside the word {said[0]!r}", CHECK_WORDS)

    return per_row(look, tables.published)


def judged(tables: Tables) -> Examined:
    """A judgement that was read off quoted judgements is one of them."""

    def look(row: RiskOfBias) -> Iterator[Finding]:
        told = [word.lower().removesuffix("s") for word in PRINTED.findall(row.quotation)]
        own = row.judgement.lower().removesuffix("s")
        if len(told) > 2 and PRINTED.fullmatch(row.judgement) and own not in told:
            yield Finding(
                row, "judgement", f"is not among those quoted, {', '.join(dict.fromkeys(told))}", CHECK_WORDS
            )

    return per_row(look, tables.risk_of_bias)


def disagreements(tables: Tables) -> Examined:
    """Counts that a statement of a conflict tells are those of the row that it rests on."""
    counts = {count.row_id: count for count in tables.counts}

    def look(row: Conflict) -> Iterator[Finding]:
        for side in ("a", "b"):
            text, count = getattr(row, f"statement_{side}"), counts.get(getattr(row, f"row_{side}"))
            told = [tuple(map(int, pair)) for pair in PAIR.findall(text)]
            if count is None or not count.complete or len(told) != 1:
                continue
            if told[0] not in _ways(count):
                a, n1, c, n2 = _ways(count)[0]
                problem = f"tells other counts than {count.row_id}, {a}/{n1} v {c}/{n2}"
                yield Finding(row, f"statement_{side}", problem, "make the two agree")

    return per_row(look, tables.conflicts)


def _ways(count: Count) -> list[tuple[int, ...]]:
    a, c = (getattr(count, f"events_{arm}") for arm in ARMS)
    n1, n2 = (getattr(count, f"n_{arm}") for arm in ARMS)
    return [(a, n1, c, n2), (n1 - a, n1, n2 - c, n2)]


CHECKS = (
    Check("trial quoted", Kind.ODDITY, "do quotations that name trials name that of their row?", whose),
    Check("sources and addresses", Kind.ODDITY, "has what was read at one address one source?", sources),
    Check("statements quoted", Kind.ODDITY, "do statements go with their words and patients?", statements),
    Check("reviews quoted", Kind.ODDITY, "are heterogeneity, patients and direction those quoted?", pooled),
    Check("judgements quoted", Kind.ODDITY, "are judgements among those quoted for them?", judged),
    Check("conflicts and counts", Kind.ODDITY, "do conflicts tell the counts of their rows?", disagreements),
)
