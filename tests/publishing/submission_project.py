"""A small project with all that a bundle is made of: authors, figures, tables, a checklist, declarations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine_project import ROOT, configuration, write_project
from PIL import Image

SETUP = """
```{python}
#| label: setup
#| include: false
from IPython.display import Markdown
from matplotlib.figure import Figure

def curve(width, height=2):
    figure = Figure(figsize=(width, height))
    axes = figure.subplots()
    axes.plot([1, 2], [3, 4])
    axes.set_xlabel("Dose")
    return figure
```
"""

MANUSCRIPT = (
    "---\ntitle: A *small* paper\n---\n"
    + SETUP
    + """
# Abstract {#abstract .unnumbered}

## Background {.unnumbered}

Ten words stand here so that they can be counted.

## Results {.unnumbered}

None.

::: {.keywords}
first word; second word
:::

# Start {#sec-start}

One two three, see [@hartung2001] and @stbl-check. The formula $x_1 + y$ is one word.

# Results {#sec-results}

## Counts {#sec-counts}

Four more words here (@fig-dose; @tbl-counts).

::: {#fig-dose}
```{python}
curve(4)
```

::: {.figure-alt}
A rising line
:::

How the dose rose. It rose.
:::

::: {#tbl-counts}

```{python}
Markdown("| Arm | Died, of all |\\n|:--|--:|\\n| A | 1 |\\n| B |  |")
```

Deaths by arm.
:::

# Declarations {#sec-declarations}

**Authors’ contributions.** Ada Lovelace drew, AL wrote.

**Funding.** None.

**Ethics.** See @stbl-check.

# References {#references .unnumbered}

::: {#refs}
:::
"""
)

SUPPLEMENT = (
    "---\ntitle: Supplement to a small paper\n---\n"
    + SETUP
    + """
# More {#sec-more}

See @sfig-wide.

::: {#stbl-check}

```{python}
Markdown("| Item | Where |\\n|:--|:--|\\n| Title | first page |")
```

A checklist.
:::

::: {#sfig-wide}
```{python}
curve(12, 3)
```

::: {.figure-alt}
The same line, wider
:::

A wide figure.
:::

![A photograph.](photo.png){#sfig-photo fig-alt="Grey"}
"""
)

AUTHORS = """author:
  - name: Ada Lovelace
    orcid: 0000-0002-1825-0097
    email: ada@analytical.example
    corresponding: true
    affiliations:
      - name: Analytical Society
        city: London
    roles: [software, visualization]
  - name: {given: Charles, family: Babbage}
    affiliations: Analytical Society, London
    roles: supervision
funding: None.
declarations:
  competing-interests: None.
  registration: {registered: false}
  ethics: Nobody took part.
  data-address: https://data.example/1
  automated-tools: None.
  acknowledgements: None.
"""
IDENTIFYING = ("Lovelace", "Babbage", "analytical.example", "0000-0002-1825-0097", "Analytical Society")

SUBMISSION = """submission:
  manuscript: manuscript
  declarations: Declarations
  identifying: [Authors' contributions]
  checklists: [stbl-check]
  licences:
    - {name: MIT, address: https://spdx.org/licenses/MIT, file: LICENSE, covers: code, only-code: true}
    - {name: CC BY 4.0, address: https://spdx.org/licenses/CC-BY-4.0, file: TEXT, covers: the rest}
"""


def settings(author: str = AUTHORS, submission: str = SUBMISSION) -> str:
    """The project's own configuration with authors, for this project's documents."""
    text = configuration()
    start, end = text.index("author:"), text.index("\nlang:")
    text = text[:start] + author + text[end:]
    start = text.index("submission:")
    end = text.index("\nexecute:")
    return text[:start] + submission + text[end:]


def write_submission(folder: Path, manuscript: str = MANUSCRIPT, configured: str | None = None) -> Path:
    """Write the project into ``folder``."""
    write_project(folder, {"manuscript": manuscript, "supplement": SUPPLEMENT}, configured or settings())
    (folder / "_quarto-submission.yml").write_bytes((ROOT / "_quarto-submission.yml").read_bytes())
    for name in ("LICENSE", "TEXT"):
        (folder / name).write_text("Do as you like.\n", encoding="utf-8")
    Image.new("LA", (200, 100), (128, 255)).save(folder / "photo.png", dpi=(100, 100))
    return folder


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle: its project, the zip, and the folder it was unpacked into."""

    project: Path
    packed: Path
    folder: Path
