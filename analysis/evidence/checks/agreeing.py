"""One thing said in two places: trials and their references, choices and judgements, names and settings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from analysis.evidence.checks.choices import parts, usable
from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.checks.identifiers import REGISTRIES
from analysis.evidence.checks.ids import plain
from analysis.evidence.checks.selection import MAIN_REPORT
from analysis.evidence.checks.twins import FEWEST_WORDS, words_of
from analysis.evidence.checks.wording import OPPOSITE, days_told
from analysis.evidence.rows import Choice, Record, Tables, Trial
from analysis.evidence.rows_bookkeeping import Reference, Scale
from analysis.evidence.rows_judgements import StrategyLine
from analysis.evidence.rows_question import COUNTED, AskedOutcome, Indicator, PrintedWord

AGREE = "make the two agree"
NUMBER_OF_REGISTRY = re.compile("|".join(re.sub(r"\?P<\w+>", "?:", one.pattern.pattern) for one in REGISTRIES))
#: share of words that a title has in common with the same title elsewhere, at the least
SAME_TITLE = 0.5
ALLOCATION = re.compile(r"(?<![:\d])(\d):(\d)(?![:\d])")
#: a planned allocation and what came of it may differ by chance and stopping
MOST_OFF = 1.5
PAGES = re.compile(r"([A-Za-z]*)(\d+)\s?[-–]\s?([A-Za-z]*)(\d+)")
KEY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
GOOD = re.compile(r"\b(?:improvement|remission|recovery|survival|alive|free)\b", re.I)
TIME_TO = re.compile(r"\btime (?:to|until)\b|\bduration\b", re.I)
CHANGE = re.compile(r"\bchange\b(?! in)", re.I)
RUN = "run"
#: "A. Author, B. Author": initials before the name, and another name behind it
INITIALS_FIRST = re.compile(r"[A-Z]\.\s?(?:[A-Z]\.\s?)*[^\W\d_][^,]*,")
PRINTED_FIELDS = (
    "authors", "title", "journal_or_publisher", "volume", "issue", "pages_or_article", "doi", "pmid",
)  # fmt: skip
#: an author that is a group: in braces from end to end
GROUP_IN_BRACES = re.compile(r"(?:^|(?<=; ))\{[^{}\\]+\}(?=; |$)")
DOI_TOLD = re.compile(r"\b10\.\d{4,9}/[!-~]+")


def name_of(trial: Trial) -> str:
    """The label of a trial without its year, or what else stands behind the name."""
    return re.sub(r" (?:\(.*|\d{4}.*)$", "", trial.label)


def trials(tables: Tables) -> Examined:
    """Registration, title and allocation of a trial are those that its rows, reference and design tell."""
    references = {reference.key: reference for reference in tables.bibliography}
    names = {plain(name): name for trial in tables.trials if (name := name_of(trial))}
    cited: dict[str, set[str]] = {}
    for rows in (tables.counts, tables.continuous, tables.baseline):
        for row in rows:
            cited.setdefault(row.trial, set()).update(NUMBER_OF_REGISTRY.findall(row.locator))

    def look(trial: Trial) -> Iterator[Finding]:
        known = set(trial.registry_id.split("; "))
        told = set(NUMBER_OF_REGISTRY.findall(trial.label)) | cited.get(trial.row_id, set())
        for number in sorted(told - known)[:1]:
            problem = f"lacks {number}, which the label or the locator of a row of {trial.row_id} names"
            yield Finding(trial, "registry_id", problem, AGREE)
        reference = references.get(trial.citation)
        if reference is not None and min(len(words_of(one.title)) for one in (trial, reference)) >= FEWEST_WORDS:
            ours, theirs = words_of(trial.title), words_of(reference.title)
            if len(ours & theirs) < SAME_TITLE * min(len(ours), len(theirs)):
                yield Finding(trial, "title", f"is not that of {reference.key} in bibliography.csv", AGREE)
        sizes = (trial.randomised_treatment, trial.randomised_control)
        first = plain(reference.authors.partition(",")[0]) if reference is not None else ""
        if first in names and plain(name_of(trial)) not in plain(reference.authors):  # type: ignore[union-attr]
            problem = f"is not that of {names[first]}, the first author of {trial.citation} in bibliography.csv"
            yield Finding(trial, "label", problem, "see whose report it is")
        planned = ALLOCATION.search(trial.design)
        if planned and all(sizes):
            wanted, got = int(planned[1]) / int(planned[2]), sizes[0] / sizes[1]  # type: ignore[operator]
            if not 1 / MOST_OFF < wanted / got < MOST_OFF:
                problem = f"says {planned[0]}, but {sizes[0]} and {sizes[1]} were randomised"
                yield Finding(trial, "design", problem, "see whether the arms are exchanged")

    return per_row(look, tables.trials)


def choices(tables: Tables) -> Examined:
    """No trial is only listed whose counts could enter, and what enters is of the days that bias was judged of."""
    outcomes = {outcome.name: outcome for outcome in tables.outcomes}
    counts = {count.row_id: count for count in tables.counts}
    days = {row: part.day for row, part in parts(tables).items()} | {r: c.timepoint_days for r, c in counts.items()}
    eligible = {trial.row_id for trial in tables.trials if trial.eligibility == "eligible"}
    entering = {(one.analysis, one.trial) for one in tables.choices if one.role == "primary"}

    def left(choice: Choice, asked: AskedOutcome) -> Iterator[Finding]:
        if choice.trial not in eligible or (choice.analysis, choice.trial) in entering:
            return
        found = next((row for row in tables.counts if row.trial == choice.trial and usable(row, asked)), None)
        if found is not None:
            problem = f"leaves out {found.row_id}, which gives events and patients of both arms"
            yield Finding(choice, "role", problem, "let it enter as primary, or say why it can't")

    def look(choice: Choice) -> Iterator[Finding]:
        asked = outcomes[choice.analysis]
        if asked.kind == COUNTED:
            yield from left(choice, asked)
        if choice.role != "primary":
            return
        of_rows = {day for row in choice.row_ids if (day := days.get(row)) is not None}
        for judgement in tables.risk_of_bias:
            names = (asked.name, asked.judged_as) if asked.judged_as else (asked.name,)
            if judgement.trial != choice.trial or not judgement.outcome.startswith(names):
                continue
            told = [possible for _, possible in days_told(judgement.outcome)]
            if told and of_rows and not any(min(one) <= day <= max(one) for one in told for day in of_rows):
                problem = f"are of day {min(of_rows)}, but bias was judged of {judgement.outcome!r}"
                yield Finding(choice, "rows", problem, "choose the result that was judged, or judge this one")
                return

    return per_row(look, tables.choices)


def settings(tables: Tables) -> Examined:
    """One outcome is the primary one, and what things are called is not what others are."""
    primaries = [outcome for outcome in tables.outcomes if outcome.role == "primary"]

    def of_outcome(asked: AskedOutcome) -> Iterator[Finding]:
        if asked.role == "primary" and asked is not primaries[0]:
            yield Finding(asked, "role", f"is that of {primaries[0].name} too", "one outcome is the primary one")
        others = [one.name for one in tables.outcomes if one is not asked and one.name not in asked.name]
        for column in ("in_print", "head", "in_findings"):
            text = getattr(asked, column).casefold()
            own = asked.name.casefold() in text
            other = next((one for one in others if one.casefold() in text), "")
            if other and not own:
                yield Finding(asked, column, f"names {other}, another outcome", "name the outcome of the row")
            elif not own and (said := re.search(rf"{OPPOSITE[asked.better]}\w*", text)):
                problem = f"says {said[0]!r}, though {asked.better} values of it are better"
                yield Finding(asked, column, problem, AGREE)

    def of_indicator(row: Indicator) -> Iterator[Finding]:
        good = GOOD.search(row.quantity)
        wanted = "lower" if TIME_TO.search(row.quantity) else "higher" if good else row.better
        if row.better != wanted and (good or wanted == "lower"):
            yield Finding(row, "better", f"goes against the name, by which {wanted} is better", AGREE)

    called = Counter(word.words.casefold() for word in tables.words if word.name in ("treatment", "control"))

    def of_word(word: PrintedWord) -> Iterator[Finding]:
        if word.name == "control" and called[word.words.casefold()] > 1:
            yield Finding(word, "words", "is what the other arm is called too", "give each arm its own name")

    yield from per_row(of_outcome, tables.outcomes)

    def of_scale(scale: Scale) -> Iterator[Finding]:
        if CHANGE.search(scale.quantity) and scale.kind == "value":
            yield Finding(scale, "kind", "is value, though the quantity is called a change", AGREE)

    yield from per_row(of_scale, tables.scales)
    yield from per_row(of_indicator, tables.indicators)
    yield from per_row(of_word, tables.words)


def references(tables: Tables) -> Examined:
    """Authors, pages and year of a reference are written as such, and go with its key."""
    with_year = [one for one in tables.bibliography if one.year is not None and KEY_YEAR.search(one.key)]
    kept = sum(str(one.year) in KEY_YEAR.findall(one.key) for one in with_year)
    custom = len(with_year) > 3 and kept > 0.5 * len(with_year)

    def look(row: Reference) -> Iterator[Finding]:
        for author in row.authors.split("; ") if row.authors else ():
            if not author.strip(" ;") or author.endswith(";"):
                yield Finding(row, "authors", "has an author without a name", 'part authors by "; "')
            elif (author.count(",") > 1 and not author.startswith("{")) or INITIALS_FIRST.match(author):
                problem = f"has {author!r} for one author"
                yield Finding(row, "authors", problem, 'part authors by "; ", family name first')
        told = {number.rstrip(".,;)}]>").casefold() for number in DOI_TOLD.findall(row.quotation)}
        if row.doi and told and row.doi.casefold() not in told:
            yield Finding(row, "doi", f"is not the DOI quoted, {min(told)}", AGREE)
        pages = PAGES.fullmatch(row.pages_or_article)
        if pages and pages[1] == pages[3] and len(pages[2]) == len(pages[4]) and int(pages[2]) > int(pages[4]):
            yield Finding(row, "pages_or_article", "ends before it begins", "check against the address")
        years = KEY_YEAR.findall(row.key)
        if custom and years and row.year is not None and str(row.year) not in years:
            yield Finding(row, "year", f"is not the year of the key, {years[-1]}", AGREE)

    return per_row(look, tables.bibliography)


def signs_of_files(tables: Tables) -> Examined:
    """No field of a reference holds a sign that would end or command something in references.bib."""

    def look(row: Reference) -> Iterator[Finding]:
        for column in (*PRINTED_FIELDS, "address"):
            text = getattr(row, column)
            if column == "authors":
                text = GROUP_IN_BRACES.sub("", text)
            if found := re.search(r"[{}\\]", text):
                remedy = "write it without; of authors, a whole group stands in braces"
                yield Finding(row, column, f"holds {found[0]!r}, which commands something in references.bib", remedy)

    return per_row(look, tables.bibliography)


def order_of_work(tables: Tables) -> Examined:
    """What was decided beforehand is older than the results, and a strategy that was run brought a search."""
    first = min((choice.decided_on for choice in tables.choices if choice.decided_by), default=None)
    searched = [search.database.casefold() for search in tables.searches]
    for decision in tables.protocol:
        late = decision.prespecified and first is not None and decision.decided_on >= first
        yield (
            [Finding(decision, "prespecified", f"is true, but results were chosen from {first} on", AGREE)]
            if late
            else []
        )

    def look(line: StrategyLine) -> Iterator[Finding]:
        if line.status == RUN and not any(line.database.casefold() in one for one in searched):
            yield Finding(line, "status", f"is run, but searches.csv has no search of {line.database}",
                          "bring the search in, or write that it was not run")  # fmt: skip

    yield from per_row(look, tables.strategies)

    def of_record(record: Record) -> Iterator[Finding]:
        if record.decision == "include" and not record.flow_box.startswith("included study"):
            yield Finding(record, "decision", f"does not go with box {record.flow_box}", AGREE)
        trial = titles.get(record.trial)
        if record.flow_box == MAIN_REPORT and trial is not None:
            ours, theirs = words_of(record.title), words_of(trial)
            if min(len(ours), len(theirs)) >= FEWEST_WORDS and len(ours & theirs) < 2:
                yield Finding(
                    record, "title", f"has nothing of the title of {record.trial}", "see whose report it is"
                )

    titles = {trial.row_id: f"{trial.title} {trial.label}" for trial in tables.trials}
    yield from per_row(of_record, tables.records)


CHECKS = (
    Check(
        "trials and reports", Kind.ODDITY, "do registration, title and allocation go with rows and report?", trials
    ),
    Check("choices and judgements", Kind.ODDITY, "does what could enter enter, as it was judged?", choices),
    Check("names and settings", Kind.ODDITY, "is one outcome primary, and is each called what it is?", settings),
    Check("reference fields", Kind.ODDITY, "are authors, pages and years written as such?", references),
    Check("signs of BibTeX", Kind.SLIP, "do references hold no sign that commands BibTeX or LaTeX?", signs_of_files),
    Check("order of work", Kind.ODDITY, "are decisions older than results, and strategies searched?", order_of_work),
)
