"""Tables and figures are numbered as a reader meets them: in the order of their first mention in a text.

Those of the supplement follow the paper's mentions first, then the supplement's own. Captions and code are no text.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from analysis.results.claim_printing import CLAIMS, made

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("fig", "tbl", "sfig", "stbl")
#: in the order in which a reader meets their texts
DOCUMENTS = ("manuscript.qmd", "supplement.qmd")
FLOAT = re.compile(r":{3,} *\{#((?:fig|tbl|sfig|stbl)-[\w-]+)")


def parts(source: str) -> tuple[list[str], str]:
    """Labels of the floats in the order of a document, and its text outside floats and code."""
    labels, text = [], []
    depth, fenced = 0, False
    for line in source.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and (found := FLOAT.match(line)):
            labels.append(found[1])
            depth += 1
        elif not fenced and depth and line.startswith(":::"):
            depth += 1 if line.strip(": ") else -1
        elif not fenced and not depth:
            text.append(line)
    assert not depth and not fenced, f"{labels[-1:]} or what follows it is left open"
    return labels, "\n".join(text)


def faults(sources: Iterable[str]) -> list[str]:
    """What is never mentioned, and the first float of each kind whose number is not that of its mention."""
    found = [parts(source) for source in sources]
    mentions = re.findall(r"@((?:fig|tbl|sfig|stbl)-[\w-]*\w)", "\n".join(text for _, text in found))
    said = []
    for kind in KINDS:
        numbered = [label for labels, _ in found for label in labels if label.startswith(f"{kind}-")]
        mentioned = [label for label in dict.fromkeys(mentions) if label.startswith(f"{kind}-")]
        said += [f"{label} is never mentioned" for label in numbered if label not in mentioned]
        numbered = [label for label in numbered if label in mentioned]
        for number, (label, due) in enumerate(zip(numbered, mentioned, strict=False), start=1):
            if label != due:
                said.append(f"{kind} {number} is {label}, but {due} is mentioned first")
                break
    return said


def read() -> list[str]:
    return [(ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS]


def test_tables_and_figures_are_numbered_in_the_order_of_their_mention():
    assert faults(read()) == []


def test_the_paper_has_at_most_four_tables_and_five_figures():
    labels, _ = parts(read()[0])
    assert sum(label.startswith("tbl-") for label in labels) <= 4
    assert sum(label.startswith("fig-") for label in labels) <= 5


def table(label: str, caption: str = "Caption.") -> str:
    code = "```{python}\nshow('@stbl-code')\n```"
    return f"\n::: {{#{label}}}\n\n{code}\n\n::: {{.figure-alt}}\nSays.\n:::\n\n{caption}\n:::\n"


@pytest.mark.parametrize(
    ("paper", "supplement", "fault"),
    [
        ("See @stbl-b and @stbl-a.", table("stbl-a") + table("stbl-b"), "stbl 1 is stbl-a, but stbl-b"),
        ("See @stbl-b.", "See @stbl-a." + table("stbl-a") + table("stbl-b"), "stbl 1 is stbl-a, but stbl-b"),
        ("None.", "None." + table("sfig-a"), "sfig-a is never mentioned"),
        ("None." + table("tbl-a", "See @tbl-a."), "", "tbl-a is never mentioned"),
        ("See @fig-b, then @fig-a." + table("fig-a") + table("fig-b"), "", "fig 1 is fig-a, but fig-b"),
    ],
)
def test_disorder_is_found(paper, supplement, fault):
    (said,) = faults([paper, supplement])
    assert said.startswith(fault)


def test_mentions_of_the_paper_come_before_those_of_the_supplement():
    supplement = "See @stbl-c, @stbl-b, @stbl-a." + table("stbl-a") + table("stbl-c") + table("stbl-b")
    assert faults(["See @stbl-a.", supplement]) == []


def test_every_claim_is_made_somewhere():
    """An opposite may be made nowhere: where its claim is false an author is asked."""
    said = {name for source in read() for one in made(source) for name, _ in one.sides}
    assert said <= CLAIMS.keys()
    assert {name for name in CLAIMS if not name.startswith("not-") or name == "not-four-trials"} <= said
