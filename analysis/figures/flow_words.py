"""What the boxes of the flow diagram say, and the diagram in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.figures import style
from analysis.printing.numbers import NO_BREAK
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.synthesis.flow import Boxes, Flow


@dataclass(frozen=True, slots=True)
class Wording:
    """What the boxes of a side say: ``first`` by the side, ``indent`` before a reason, ``joints`` between lines."""

    first: Mapping[str, str]
    assessed: str
    sought: str
    duplicates: str
    not_trial_reports: str
    excluded_early: str
    excluded: str
    indent: str
    mixed: str
    awaiting: str
    joints: tuple[str, str]


#: count of the reports read → how a line of the diagram, and its text in words, says it
READ = {
    "article_in_part": ("article read in part", "of {.article_in_part} the article was read in part"),
    "abstract": ("abstract only", "of {.abstract} the abstract only"),
    "register_results": ("register results", "of {.register_results} results in the register only"),
    "register_entry": ("register entry only", "of {.register_entry} the register entry only"),
    "others_only": ("other sources only", "of {.others_only} only what other sources say"),
}
#: before a line that belongs to the one above; an SVG drops ordinary spaces at the start of a line
INDENT = 3 * NO_BREAK
ALONE = Wording(
    first={
        "other_methods": "Records identified by other methods\n(public web text, no database search)",
        "databases_and_registers": "Records identified from\ndatabases and registers",
    },
    assessed="Reports assessed for eligibility",
    sought="Reports sought for retrieval",
    duplicates="Copies of the same text removed",
    not_trial_reports="Not a report of a trial (reviews, news, other)",
    excluded_early="Excluded on title and abstract",
    excluded="Reports excluded",
    indent=INDENT,
    mixed="Sensitivity analyses only",
    awaiting="Awaiting classification",
    joints=("\n", "\n\n"),
)
BOTH = Wording(
    first={
        "databases_and_registers": "Identified from\ndatabases and registers",
        "other_methods": "Identified by\nother methods",
    },
    assessed="Reports assessed",
    sought="Reports sought",
    duplicates="Copies removed",
    not_trial_reports="Not a report of a trial",
    excluded_early="Excluded in screening",
    excluded="Excluded",
    indent="",
    mixed="Sensitivity only",
    awaiting="Awaiting",
    joints=("\n", "\n"),
)


def wording(printer: Printer) -> Wording:
    return ALONE if len(printer.tree.flow.sides) == 1 else BOTH


def counted(printer: Printer, side: str) -> str:
    """The key of the boxes of a side: with one side, those of the whole diagram."""
    return "flow" if len(printer.tree.flow.sides) == 1 else f"flow.sides.{side}"


def passing(printer: Printer, side: str) -> dict[str, Phrase]:
    """The boxes of the main way of a side by name, from the top, without what is included."""
    words, at = wording(printer), counted(printer, side)
    heads = {"identified": words.first[side], "screened": "Records screened"}
    if printer.tree.flow.sides[side].retrieval:
        heads["sought"] = words.sought
    heads["assessed"] = words.assessed
    return {box: printer.say(f"{head}\nn = {{.{box}}}", at) for box, head in heads.items()}


def leaving(printer: Printer, side: str) -> dict[str, Phrase]:
    """Beside each of these boxes: what leaves there."""
    words, at = wording(printer), counted(printer, side)
    boxes: Boxes = printer.tree.flow.sides[side]

    def lines(*said: str) -> Phrase:
        return printer.say("\n".join(filter(None, said)), at)

    def if_any(box: str, head: str) -> str:
        return f"{head}: n = {{.{box}}}" if getattr(boxes, box) else ""

    no_report = "{head}: n = {{.not_trial_reports}}" if boxes.excluded_early else "{head}\nn = {{.not_trial_reports}}"
    assessed = lines(f"{words.excluded}: n = {{.excluded}}")
    for key, reason in boxes.reasons.items():
        said = printer.say(f"\n{words.indent}{{reason}}: {{.reasons.{key}.reports}}", at, reason=reason.text)
        assessed = phrase(assessed, said)
    left = f"\n{words.mixed}: n = {{.sensitivity_only}}\n{words.awaiting}: n = {{.awaiting}}"
    found = {
        "identified": lines(f"{words.duplicates}\nn = {{.duplicates}}", if_any("unscreened", "Not yet screened")),
        "screened": lines(
            if_any("excluded_early", words.excluded_early), no_report.format(head=words.not_trial_reports)
        ),
        "sought": lines("Not retrieved: n = {.not_retrieved}", if_any("unassessed", "Not yet assessed")),
        "assessed": phrase(assessed, printer.say(left, at)),
    }
    return {box: said for box, said in found.items() if box != "sought" or boxes.retrieval}


def included(printer: Printer) -> Phrase:
    """Trials and reports included, and those with the primary outcome per arm."""
    first, second = wording(printer).joints
    return printer.say(
        f"Trials included in the review: n = {{.included_trials}}{first}(reports of included trials: "
        f"n = {{.included_reports}}){second}Trials with {{events}} per arm: n = {{.pooled_trials}}",
        "flow",
        events=printer.tree.evidence.primary.events,
    )


def reports_read(printer: Printer) -> Phrase:
    """How much of the reports of the included trials could be read, line by line; without the lines of none."""
    found: Flow = printer.tree.flow
    lines = [f"{INDENT}{words}: n = {{.{name}}}" for name, (words, _) in READ.items() if getattr(found.read, name)]
    return printer.say("\n".join(["Reports sought: trials n = {.sought}", *lines]), "flow.read")


def alternative(printer: Printer) -> Phrase:
    """The diagram in words and numbers."""
    ways = {"databases_and_registers": "from databases and registers", "other_methods": "by other methods"}
    sides = list(printer.tree.flow.sides)
    how = ways[sides[0]]
    if len(sides) > 1:
        how = " and ".join(f"{{.sides.{side}.identified}} {ways[side]}" for side in sides).join("()")
    said = printer.say(
        f"PRISMA 2020 flow diagram. {{.identified}} records identified {how}; {{.duplicates}} copies removed; "
        f"{{.screened}} screened; {{.not_trial_reports}} were no trial reports; {by_search(printer.tree.flow)}"
        "{.assessed} reports assessed; {.excluded} "
        "excluded with reasons, {.sensitivity_only} kept for a sensitivity analysis, {.awaiting} awaiting "
        "classification; {.included_reports} reports of {.included_trials} trials included, {.pooled_trials} with "
        "{events} per arm. ",
        "flow",
        events=printer.tree.evidence.primary.events,
    )
    how_much = [words for name, (_, words) in READ.items() if getattr(printer.tree.flow.read, name)]
    read = printer.say(f"Reports of {{.sought}} trials were sought: {', '.join(how_much)}.", "flow.read")
    said = phrase(said, read)
    return style.log_alternative(printer, "flow", said)


def by_search(counted: Boxes) -> str:
    """What the diagram in words says of steps that only records of a search go through, a template."""
    said = {
        "unscreened": "{.unscreened} not yet screened; ",
        "excluded_early": "{.excluded_early} excluded on title and abstract; ",
        "not_retrieved": "{.not_retrieved} not retrieved; ",
        "unassessed": "{.unassessed} not yet assessed; ",
    }
    sought = "{.sought} reports sought; " if counted.retrieval else ""
    found = [words for box, words in said.items() if getattr(counted, box)]
    return "".join([*found, sought])
