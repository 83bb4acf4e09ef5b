"""The tables behind the printed numbers: rules of printing, claims."""

from __future__ import annotations

from analysis.printing import cells, numbers
from analysis.printing.contract import place_of_claim
from analysis.printing.printer import Printer, escaped
from analysis.printing.quantities import KINDS
from analysis.results.claim_printing import CLAIMS
from analysis.tables.frame import Markdown, Table

#: (rule, values that show it)
EXAMPLES: dict[str, tuple[object, ...]] = {
    "ratio": (0.0613, 0.797048, 18.2603, 120.4),
    "log ratio": (-0.226841,),
    "difference": (-7.155, 0.0049, 105.62),
    "measurement": (14.3, 108.67, 26609.09),
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
    return f"`{value}` → [{escaped(numbers.RULES[kind](value))}]{{.example}}"


def claims(printer: Printer) -> Table:
    """Every claim with its condition in words, and whether it holds now; the catalogue has the condition as code.

    A claim that does not hold is left out where another side of it does.
    """
    holding = {name for name, claim in CLAIMS.items() if not claim.fault(printer.tree)}
    covered = {claim.other_side_of for name, claim in CLAIMS.items() if name in holding}
    return Table(
        heads=("Claim", "Stands only while", "Now"),
        rows=tuple(
            (
                Markdown(f"[`{name}`]{{#{place_of_claim(name)}}}"),
                claim.says,
                "holds" if name in holding else "fails",
            )
            for name, claim in CLAIMS.items()
            if name in holding or not (claim.other_side_of or name in covered)
        ),
        align="lll",
    )
