"""The tables that prove the numbers: rules of printing, second computations, claims, the origin of every number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis import cells, numbers, printing_log
from analysis.claims import CLAIMS
from analysis.keys import DEVIATION, SECOND, anchor
from analysis.naming import holder_of, meaning, path, result_words
from analysis.numbers import Printed, Printer, escaped
from analysis.origins import origin
from analysis.predicates import predicate
from analysis.quantities import KINDS
from analysis.rehearsal import printed_together
from analysis.results import Review, Variant
from analysis.tables.frame import Markdown, Table

#: (rule, values that show it)
EXAMPLES: dict[str, tuple[object, ...]] = {
    "ratio": (0.0613, 0.797048, 18.2603, 120.4),
    "log ratio": (-0.226841,),
    "difference": (-7.155, 0.0049),
    "percentage points": (-0.0602862,),
    "variance": (0.01003, 0.0, 0.00002),
    "fraction": (0.0724, 0.95),
    "statistic": (6.0481,),
    "probability": (0.2662, 0.0473, 0.0000004, 0.9973),
    "posterior probability": (0.8312, 0.9999),
    "count": (5, 1234),
    "per 1000": (288.6,),
    "days": (28,),
    "year": (2023,),
    "unrounded": (0.7970476468951627,),
    "deviation": (2.1719e-11, 0.0),
    cells.KIND: ("1 x 10^6 cells/kg",),
}
#: so many rows of the evidence are named one by one behind a result; of more, only the tables that they stand in
NAMED = 12


def printing_rules(printer: Printer) -> Table:
    """How each kind of quantity is printed: what the kind is, the rule in the words of its code, and examples."""
    return Table(
        heads=("Kind", "What it is", "How it is printed", "Examples"),
        rows=tuple(
            (
                kind,
                words,
                " ".join(str(numbers.RULES[kind].__doc__).split("\n\n")[0].split()),
                Markdown("; ".join(example(kind, value) for value in EXAMPLES.get(kind, ())) or numbers.EN_DASH),
            )
            for kind, words in KINDS.items()
        ),
        align="llll",
    )


def example(kind: str, value: object) -> str:
    """A value as code and what it prints as; no result, so it has no key and says so."""
    return f"`{value}` [{escaped(numbers.RULES[kind](value))}]{{.example}}"


def crosschecks(printer: Printer) -> Table:
    """Results computed a second time by other code, with the relative deviation."""
    return Table(
        heads=("Result", "Second computation", "Here", "There", "Relative deviation"),
        rows=tuple(
            (
                meaning(printer.tree, check.key),
                check.by,
                printer.unrounded(check.key),
                printer(SECOND + check.key),
                printer(DEVIATION + check.key),
            )
            for check in printer.tree.crosschecks
        ),
        align="lllll",
    )


def claims(printer: Printer) -> Table:
    """Every claim with its condition, as the code has it, and whether it holds now."""
    return Table(
        heads=("Claim", "What it says", "Condition on the results", "Now"),
        rows=tuple(
            (
                Markdown(f"[`{name}`]{{#{claim_anchor(name)}}}"),
                claim.says,
                Markdown(code(predicate(claim.holds))),
                "holds" if claim.holds(printer.tree) else "fails",
            )
            for name, claim in CLAIMS.items()
        ),
        align="llll",
    )


def claim_anchor(name: str) -> str:
    """The identifier under which a claim is explained."""
    return "c-" + anchor(name).removeprefix("n-")


def origins(printer: Printer, *documents: str) -> Table | str:
    """Every number that the documents print, by result: unrounded, with method, rows and code.

    ``documents`` are paths of qmd files. Each key has an anchor of its own (``keys.anchor``). While a document is
    only being rehearsed there is nothing to show.
    """
    if printing_log.rehearsing():
        return ""
    review: Review = printer.tree
    results: dict[str, list[str]] = {}
    for key in shown(printer, documents):
        if not key.startswith(cells.PREFIX):
            results.setdefault(group_of(review, key), []).append(key)
    return Table(
        heads=("Result", "Numbers, unrounded", "Method and code", "Rows of the evidence"),
        rows=tuple(
            (
                result_words(review, holder),
                Markdown("; ".join(explained(printer, key) for key in keys)),
                Markdown(f"{escaped(origin(review, keys[-1]).method)} (`{origin(review, keys[-1]).code}`)"),
                Markdown(named_rows(review, keys)),
            )
            for holder, keys in results.items()
        ),
        align="llll",
    )


def rows(printer: Printer, *documents: str) -> Table | str:
    """Every row of the evidence that a printed number or cell comes from, with the words in which it was read."""
    if printing_log.rehearsing():
        return ""
    review: Review = printer.tree
    columns: dict[str, list[str]] = {}
    for key in shown(printer, documents):
        if key.startswith(cells.PREFIX):
            row_id, column = cells.row_and_column(key)
            columns.setdefault(row_id, []).append(column)
        else:
            behind = origin(review, key).rows
            for row_id in behind if few(behind) else ():
                columns.setdefault(row_id, [])
    return Table(
        heads=("Row", "Printed from it", "Where", "Words read"),
        rows=tuple(
            (
                Markdown(f"[`{row_id}`]{{#{row_anchor(row_id)}}}"),
                Markdown(
                    ", ".join(column_anchor(row_id, one) for one in dict.fromkeys([*found, *proving(review, row_id)]))
                ),
                Markdown(where(printer, row_id)),
                words_read(printer, row_id),
            )
            for row_id, found in columns.items()
        ),
        align="llll",
    )


def shown(printer: Printer, documents: Sequence[str]) -> list[str]:
    return printed_together([Path(document) for document in documents], printer.tree)


def group_of(review: Review, key: str) -> str:
    """The key of the result under which ``key`` is explained: a variant's label stands with its pooled result."""
    holder = holder_of(bare(key))
    return f"{holder}.pooled" if holder and isinstance(path(review, holder)[-1], Variant) else holder


def bare(key: str) -> str:
    """The key of the result that a second computation belongs to; any other key as it is."""
    return key.removeprefix(SECOND).removeprefix(DEVIATION)


def explained(printer: Printer, key: str) -> str:
    """``estimate 0.7970476469``, under the key's anchor."""
    prefix = {SECOND: "second ", DEVIATION: "deviation of "}
    lead = next((words for start, words in prefix.items() if key.startswith(start)), "")
    name = bare(key).rpartition(".")[2].replace("_", " ")
    return f"[{lead}{escaped(name)} {printer.unrounded(key)}]{{#{anchor(key)}}}"


def named_rows(review: Review, keys: Sequence[str]) -> str:
    """Links to the rows behind the numbers of one result, or the tables that hold them if they are many."""
    behind = list(dict.fromkeys(row for key in keys for row in origin(review, key).rows))
    if few(behind):
        return ", ".join(f"[`{row}`](#{row_anchor(row)})" for row in behind) or numbers.EN_DASH
    ids = {row.row_id: name for name, found in review.evidence.tables().items() for row in found}
    tables = dict.fromkeys(ids[row] for row in behind)
    return "rows of " + ", ".join(f"`data/{name}.csv`" for name in tables)


def few(row_ids: Sequence[str]) -> bool:
    """Whether the rows are named one by one; the log of records is not, as the flow diagram counts it by box."""
    return len(row_ids) <= NAMED and not any(row_id.startswith("record-") for row_id in row_ids)


def row_anchor(row_id: str) -> str:
    """The identifier under which a row of the evidence is explained."""
    return "row-" + anchor(row_id).removeprefix("n-")


def column_anchor(row_id: str, column: str) -> str:
    return f"[{escaped(column.replace('_', ' '))}]{{#{anchor(cells.key_of(row_id, column))}}}"


def where(printer: Printer, row_id: str) -> str:
    """The locator, linked to the address; for a decision of the review, who took it."""
    row = printer.tree.evidence.row(row_id)
    if not getattr(row, "locator", ""):
        return "decision of this review"
    located = printer.cell(row_id, "locator")
    return f"[{located}]({row.address})" if getattr(row, "address", "") else str(located)


def words_read(printer: Printer, row_id: str) -> Printed | str:
    column = words_column(printer.tree, row_id)
    return printer.cell(row_id, column) if column else numbers.EN_DASH


def words_column(review: Review, row_id: str) -> str:
    """The column with the words behind a row: a quotation, or the reason of a decision."""
    row = review.evidence.row(row_id)
    return next((name for name in ("quotation", "reason", "resolution") if getattr(row, name, "")), "")


def proving(review: Review, row_id: str) -> list[str]:
    """The columns that the table of rows itself prints."""
    located = "locator" if getattr(review.evidence.row(row_id), "locator", "") else ""
    return [column for column in (located, words_column(review, row_id)) if column]


def code(text: str) -> str:
    """``text`` as inline code; a bar would end the cell of the table."""
    return f"`{text}`".replace("|", "\\|")
