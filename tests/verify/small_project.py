"""A small paper with a ledger: its own results, two documents, every place in which a number can stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

DATA = """key,value,kind
ratio.estimate,0.7912345,ratio
ratio.low,0.4851,ratio
ratio.high,1.2999,ratio
arms.msc.events,12,count
arms.control.events,12,count
trials,5,count
"""

RESULTS = '''
"""The results of a small review and the command that lists them."""
import csv, json, sys
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

sys.path.append("ROOT")
from analysis.printing.contract import CLAIM, place_of_claim, place_of_key
from analysis.printing.numbers import texts
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.printing.quantities import Found
from analysis.tables.frame import Markdown, Table

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = {"favours": ("the ratio is below 1", "ratio < 1", lambda found: found["ratio.estimate"]["value"] < 1)}


def table():
    with (ROOT / "data" / "numbers.csv").open() as file:
        return {row["key"]: {**row, "value": float(row["value"])} for row in csv.DictReader(file)}


class Numbers(Printer):
    def __init__(self, document):
        super().__init__(table(), document)

    def find(self, key):
        return Found(self.tree[key]["value"], self.tree[key]["kind"])


def claim(name, words):
    assert CLAIMS[name][2](table()), name
    return Markdown(f'[{words}]{{{CLAIM}="{name}"}}')


def alternative(n):
    said = phrase("A plot of ", n("ratio.estimate"), " from ", n.word("trials"), " trials.")
    n.log.alternative("plot", said.pairs())
    return said


def plot(n):
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "x", "font.family": "DejaVu Sans"})
    figure = Figure(figsize=(4, 1))
    figure.add_axes((0, 0, 1, 1)).axis("off")
    drawn = [(n.short("ratio"), None), (Phrase(("favours",)), None), (Phrase(("0.5",)), "axis tick")]
    figure.set_gid("plot")
    for height, (said, _) in zip((0.8, 0.5, 0.2), drawn):
        figure.text(0.1, height, said.text, gid="row:smith" if height > 0.7 else None)
    n.log.drawn("plot", [{"text": said.text, "parts": said.pairs(), "reason": why} for said, why in drawn])
    return figure


def arms(n):
    rows = [(name, n(f"arms.{arm}.events")) for name, arm in (("MSC", "msc"), ("Control", "control"))]
    return Table(("Arm", "Deaths"), (*rows, ("Ratio", n.short("ratio"))), "lr")


def all_numbers(n):
    """Every result and every claim."""
    rows = [(Markdown(f"`{key}`"), n(key)) for key in table()]
    claims = [(Markdown(f"[`{name}`]{{#{place_of_claim(name)}}}"), "below") for name in CLAIMS]
    return Table(("Key", "Printed"), (*rows, *claims), "lr")


def panel_table():
    """Two things to tick and one choice; the ratio is the estimate only when both are ticked."""
    rows = [
        {"headline": headline, "values": [count], "notes": notes, "drawn": drawn}
        for headline, count, notes, drawn in (
            ("Nothing is ticked.", "–", [], None),
            ("Ratio of first 0.60", "1", [0], [-1.0, 0.3, 0.6, None, None]),
            ("Ratio of second 1.10", "1", [0], [0.4, 0.6, 0.8, None, None]),
            ("Ratio 0.79 plain", "2", [], [0.3, 0.4, 0.6, 0.2, 0.7]),
            ("Ratio 0.79 careful", "2", [], [0.2, 0.4, 0.7, 0.1, 2.0]),
        )
    ]
    return {
        "id": "mix", "heading": "What if", "about": "Tick and see.", "fallback": "Nothing to choose from here.",
        "reset": "Back", "members": {"legend": "Trials", "items": [
            {"name": "a", "label": "First", "note": "1/10 v 2/10", "drawn": [-1.0, 0.3, 0.6]},
            {"name": "b", "label": "Second", "note": "", "drawn": None}]},
        "lines": ["Yours", "Theirs"],
        "choices": [{"name": "how", "legend": "How", "items": [
            {"name": "plain", "label": "plainly"}, {"name": "careful", "label": "carefully"}]}],
        "initial": {"members": "11", "choices": ["plain"]},
        "values": ["Trials pooled"],
        "axis": {"ticks": [[0.0, "0.5"], [0.5, "1"], [1.0, "2"]], "no_effect": 0.5, "sides": ["less", "more"]},
        "answers": {"00 plain": 0, "00 careful": 0, "10 plain": 1, "10 careful": 1, "01 plain": 2, "01 careful": 2,
                    "11 plain": 3, "11 careful": 4},
        "rows": rows, "notes": ["One trial only."],
    }


class Panel:
    def _repr_markdown_(self):
        table = panel_table()
        return (f'```{{=html}}\\n<div class="panel" id="mix"><script type="application/json">{json.dumps(table)}'
                f'</script><noscript><p>{table["fallback"]}</p></noscript></div>\\n```\\n')


def entry(key, one):
    return {
        "value": one["value"], "kind": one["kind"], "meaning": key, "rule": one["kind"],
        "texts": texts(one["kind"], one["value"]), "anchor": place_of_key(key),
        "method": "by hand", "code": "results: value", "file": "code/results.py",
        "rows": ["row-1"] if key != "trials" else ["row-1", "row-2"], "reportable": key != "trials",
        "second": {"by": "pencil", "value": one["value"], "deviation": 0.0, "tolerance": 1e-9},
    }


if __name__ == "__main__":
    found = table()
    content = {
        "entries": {key: entry(key, one) for key, one in found.items()},
        "rows": {"row-1": {"name": "Smith 2020", "source": "smith2020", "address": "https://example.org/a",
                           "locator": "Table 2", "quotation": "12 of 100 died", "obtained": "reported"},
                 "row-2": {"name": "Jones 2021", "source": "jones2021", "address": "", "locator": "abstract",
                           "quotation": "five trials", "obtained": "reported"}},
        "claims": {name: {"says": says, "predicate": how, "holds": holds(found)}
                   for name, (says, how, holds) in CLAIMS.items()},
        "computations": [],
        "panels": {"mix": panel_table()},
        "figures": {"plot": {"columns": ["arm", "deaths"], "rows": [["treated, all", 12.0], ["others", None]]}},
        "cards": {"smith": {"heading": "Smith", "parts": [
            {"heading": "Deaths", "lines": [{"term": "Treated", "text": "12 of 100", "why": "as counted"}],
             "rows": ["row-1"]}],
            "reference": "Smith. A trial.", "address": "https://example.org/a", "cited": "none"}},
    }
    Path(sys.argv[1]).write_text(json.dumps(content))
'''.replace('"ROOT"', repr(str(ROOT)))

MANUSCRIPT = """---
title: "A small review of COVID-19"
---

```{python}
#| label: setup
#| include: false
import sys
sys.path.insert(0, "code")
from results import Numbers, Panel, alternative, arms, claim, plot

n = Numbers("manuscript")
```

# Abstract {#abstract .unnumbered}

The ratio was `{python} n("ratio.estimate")`.

# Introduction {#sec-introduction}

As before [@hartung2001; @knapp2003; @sidik2002], see @stbl-numbers.

# Results {#sec-results}

In `{python} n.word("trials")` trials the ratio was `{python} n.short("ratio")`,
which `{python} claim("favours", "favoured therapy")`;
`{python} n("arms.msc.events")` of the treated and `{python} n("arms.control.events")` of the others died
(@tbl-arms, @fig-plot, @sec-introduction, @eq-model).

$$
y_1 = \\mu^2
$$ {#eq-model}

::: {#tbl-arms}

```{python}
arms(n)
```

Deaths by arm; ratio `{python} n("ratio.estimate")`.
:::

::: {#fig-plot}

```{python}
plot(n)
```

::: {.figure-alt}
`{python} alternative(n)`
:::

The ratio `{python} n.short("ratio")`.
:::

::: {.content-visible when-format="html"}

```{python}
Panel()
```
:::

# References {#references .unnumbered}

::: {#refs}
:::
"""

SUPPLEMENT = """---
title: "Supplement on COVID-19"
---

```{python}
#| include: false
import sys
sys.path.insert(0, "code")
from results import Numbers, all_numbers

n = Numbers("supplement")
```

# Numbers {#sec-numbers}

::: {#stbl-numbers}

```{python}
all_numbers(n)
```

Every number.
:::
"""

BIBLIOGRAPHY = """
@article{hartung2001,
  title = {A refined method for the meta-analysis of controlled clinical trials with binary outcome},
  author = {Hartung, Joachim and Knapp, Guido}, journal = {Statistics in Medicine}, year = {2001}
}
@article{knapp2003,
  title = {Improved tests for a random effects meta-regression}, author = {Knapp, Guido},
  journal = {Statistics in Medicine}, year = {2003}, doi = {10.1002/sim.1482}
}
@article{sidik2002,
  title = {A simple confidence interval for meta-analysis}, author = {Sidik, Kurex},
  journal = {Statistics in Medicine}, year = {2002}
}
"""

ALLOWED = """
- text: COVID-19
  reason: name of the disease
"""

# Invented; with digits in every part that may have some
AUTHORS = """author:
  - name: Ann Example
    orcid: 0000-0002-1825-0097
    phone: "555 0100"
    corresponding: true
    roles: [software]
    affiliations:
      - {name: Third Example University, department: Unit 7, address: 12 High Street, postal-code: "12345"}
      - ref: two
  - name: Bob Sample
    affiliations: [ref: two]
affiliations:
  - {id: two, name: Institute of Two Examples}
"""

LEDGER = """
number-origins: origins
ledger:
  catalogue: python code/results.py {file}
  recompute: python code/results.py {file}
  data: [data]
  code: [code]
  lock: requirements.lock
  allowed-numerals: allowed_numerals.yml
"""


def write(folder: Path) -> Path:
    """Write the project with the real filters, templates and formats."""
    settings = (ROOT / "_quarto.yml").read_text(encoding="utf-8").replace("publishing/", f"{ROOT}/publishing/")
    settings = re.sub(r"^ledger:\n(?:  .*\n)+", "", settings, flags=re.MULTILINE)
    settings = re.sub(r"^number-origins: .*\n", "", settings, flags=re.MULTILINE)
    settings, replaced = re.subn(r"^author:\n(?:  .*\n)+", AUTHORS, settings, flags=re.MULTILINE)
    assert replaced == 1
    for name, text in {
        "_quarto.yml": settings + LEDGER,
        "manuscript.qmd": MANUSCRIPT,
        "supplement.qmd": SUPPLEMENT,
        "references.bib": BIBLIOGRAPHY,
        "data/numbers.csv": DATA,
        "code/results.py": RESULTS,
        "requirements.lock": f"one==1.0 --hash=sha256:{'0' * 64}\n",
        "allowed_numerals.yml": ALLOWED,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m publishing`` in the project."""
    command = [sys.executable, "-m", "publishing", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
