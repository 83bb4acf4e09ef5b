"""One small paper with everything the engine supports, rendered to all formats, twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pypdf
import pytest
from bs4 import BeautifulSoup
from docx import Document as read_docx
from engine_project import ROOT, configuration, write_project
from lxml import etree
from PIL import Image

from publishing.engine.plan import Plan
from publishing.engine.render import render

SETUP = """
```{python}
#| label: setup
#| include: false
import matplotlib.pyplot as plt
from IPython.display import Markdown
from matplotlib.figure import Figure

class Number:
    def _repr_markdown_(self):
        return '[0.79]{data-key="deaths.rr"}'

def curve(width):
    figure = Figure(figsize=(width, 2))
    figure.subplots().plot([1, 2], [3, 4])
    return figure

rr = Number()
runs = []
```
"""

MANUSCRIPT = (
    "---\ntitle: A *small* paper\nkeywords: [one, two]\n---\n"
    + SETUP
    + """
# Abstract {#abstract .unnumbered}

## Results {.unnumbered}

The ratio was `{python} rr`.

# Methods {#sec-methods}

As told elsewhere [@hartung2001]. See @sec-results, @fig-cell, @fig-div, @tbl-cell, @tbl-div, @eq-mean, and
@stbl-more with @sfig-extra in the supplement. [Only on the web.]{.content-visible when-format="html"}[Not on the
web.]{.content-hidden when-format="html"}

$$
\\bar{x} = \\frac{1}{n} \\sum_i x_i
$$ {#eq-mean}

# Results {#sec-results}

## Counts {#sec-counts}

Value `{python} 1 + 1`, text `{python} "a*b_c <d>"`, list `{python} [1, 2]`, number `{python} rr`.

```{python}
#| label: fig-cell
#| fig-cap: "Caption of the *cell*"
#| fig-alt: "A line that the author's cell drew"
curve(3)
```

![A *drawn* figure](figures/a flow.png){#fig-drawn fig-alt="A drawing of the author's"}

::: {#fig-div}
```{python}
runs.append("div")
curve(4)
```

::: {.figure-alt}
Ratio `{python} rr` as a line.
:::

Live caption with `{python} rr`.
:::

```{python}
#| label: tbl-cell
#| tbl-cap: "Table of the cell"
#| tbl-colwidths: [30, 70]
Markdown('| Trial | Ratio |\\n|:--|--:|\\n| A [@hartung2001] | [0.79]{data-key="deaths.rr"} |')
```

::: {#tbl-div}
```{python}
Markdown("| Group | n |\\n|:--|--:|\\n| B | 12 |")
```

Live table caption with `{python} rr`.
:::

```{python}
#| echo: true
#| eval: false
never = 1 / 0
```

```{python}
#| output: asis
print("Written **as it is**.")
```

```{python}
#| error: true
raise ValueError("let it pass")
```

```{python}
#| output: false
print("unseen output")
```

```{python}
#| warning: true
import warnings
warnings.warn("seen warning")
```

```{python}
#| label: fig-state
#| fig-cap: "State"
#| fig-alt: "The state of the plotting library"
warnings.warn("unseen warning")
plt.plot([1, 2], [2, 1])
plt.title("state")
```

The document ran `{python} len(runs)` time.

::: {.content-visible unless-format="docx"}
Absent from Word.
:::

# References {.unnumbered}

::: {#refs}
:::
"""
)

SUPPLEMENT = (
    "---\ntitle: Supplement\n---\n"
    + SETUP
    + """
# More {#sec-more}

Back to @fig-cell and @sec-counts.

::: {#stbl-more}
```{python}
Markdown("| Key | Value |\\n|:--|--:|\\n| a | 1 |")
```

Supplementary table.
:::

::: {#sfig-extra}
```{python}
curve(3)
```

::: {.figure-alt}
A supplementary line.
:::

Supplementary figure.
:::
"""
)

DOCUMENTS = {"manuscript": MANUSCRIPT, "supplement": SUPPLEMENT}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> Path:
    """The folder of a first render, beside which ``second`` holds a second one, with JATS as well."""
    root = write_project(tmp_path_factory.mktemp("paper"), DOCUMENTS, with_jats())
    (root / "figures").mkdir()
    Image.new("RGB", (600, 300), "white").save(root / "figures/a flow.png", dpi=(300, 300))
    render(Plan.of(root, [], "builtin"))
    render(Plan.of(root, [], "builtin", Path("second")))
    return root / "_output"


def with_jats() -> str:
    return configuration() + "  jats: default\n"


@pytest.fixture(scope="module")
def page(outputs) -> BeautifulSoup:
    return BeautifulSoup((outputs / "manuscript.html").read_text(encoding="utf-8"), "lxml")


@pytest.fixture(scope="module")
def texts(outputs, page) -> dict[str, str]:
    """The manuscript's text in each format, blanks made alike."""
    for hidden in page(["style", "script", "title"]):
        hidden.decompose()
    document = etree.fromstring(zipfile.ZipFile(outputs / "manuscript.docx").read("word/document.xml"))
    paragraphs = ("".join(t.text or "" for t in p.iter(f"{WORD}t")) for p in document.iter(f"{WORD}p"))
    found = {
        "html": page.get_text(" "),
        "docx": "\n".join(paragraphs),
        "pdf": "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(outputs / "manuscript.pdf").pages),
        "xml": " ".join(etree.parse(outputs / "manuscript.xml").getroot().itertext()),
    }
    return {name: re.sub(r"\s+", " ", text.replace("-\n", "")) for name, text in found.items()}


def test_every_document_has_every_format(outputs):
    names = {path.name for path in outputs.iterdir() if path.is_file()}
    assert names == {f"{stem}.{suffix}" for stem in DOCUMENTS for suffix in ("html", "pdf", "docx", "xml")}


def test_two_renders_give_the_same_bytes(outputs):
    second = outputs.parent / "second"
    files = sorted(path.relative_to(outputs) for path in outputs.rglob("*") if path.is_file())
    assert len(files) > 8
    different = [str(name) for name in files if (outputs / name).read_bytes() != (second / name).read_bytes()]
    assert different == []


def test_nothing_is_left_to_resolve(texts):
    for name, text in texts.items():
        for remains in ("{python}", "@fig", "@tbl", "@sec", "@eq", "@stbl", "@sfig", "hartung2001", ":::", "{#"):
            assert remains not in text, (name, remains)


@pytest.mark.parametrize("name", ["html", "docx", "pdf", "xml"])
def test_text_is_the_same_in_every_format(texts, name):
    text = texts[name].replace("\u00a0", " ")
    for words in (
        "A small paper",
        "The ratio was 0.79",
        "a*b_c <d>",
        "list [1, 2]",
        "Figure 1",
        "Caption of the cell",
        "A drawn figure",
        "Figure 2",
        "Live caption with 0.79",
        "Table 1",
        "Table of the cell",
        "Table 2",
        "Live table caption with 0.79",
        "Section 2",
        "Equation 1",
        "Table S1",
        "Figure S1",
        "never = 1 / 0",
        "as it is",
        "ValueError: let it pass",
        "seen warning",
        "The document ran 1 time.",
        "Hartung",
    ):
        assert words in text, words
    for words in ("unseen", "Traceback (most recent call last): 1", "Text(0.5", "import matplotlib"):
        assert words not in text, words


def test_conditional_content(texts):
    for name, text in texts.items():
        assert ("Only on the web." in text) == (name == "html")
        assert ("Not on the web." in text) == (name != "html")
        assert ("Absent from Word." in text) == (name != "docx")


def test_html_is_one_file_with_vector_figures_and_working_links(page):
    # drawings are part of the page, a picture of pixels is held by it
    shown = [(one.name, one.get("alt") or one.get("aria-label")) for one in page.select("img, span.drawing")]
    assert shown == [
        ("span", "A line that the author's cell drew"),
        ("img", "A drawing of the author's"),
        ("span", "Ratio 0.79 as a line."),
        ("span", "The state of the plotting library"),
    ]
    assert [image["src"][:22] for image in page.find_all("img")] == ["data:image/png;base64,"]
    assert len(page.find_all("svg")) == 3
    identifiers = {tag["id"] for tag in page.find_all(id=True)}
    assert {"fig-cell", "fig-div", "tbl-cell", "tbl-div", "sec-results"} <= identifiers
    inside = [a["href"] for a in page.find_all("a", href=re.compile("^#."))]
    assert inside and all(target[1:] in identifiers for target in inside)
    assert page.find("a", href="supplement.html#stbl-more").get_text() == "Table\u00a0S1"
    assert not page.find_all(src=re.compile("^http")) and not page.find_all("link", href=re.compile("^http"))
    assert page.find("math") is not None


def test_keys_of_numbers_arrive(page, outputs):
    assert len(page.find_all(attrs={"data-key": "deaths.rr"})) == 5
    document = etree.fromstring(zipfile.ZipFile(outputs / "manuscript.docx").read("word/document.xml"))
    tags = [tag.get(f"{WORD}val") for tag in document.iter(f"{WORD}tag")]
    assert tags.count("deaths.rr") == 5


def test_docx_has_raster_figures_of_full_resolution_and_no_table_around_them(outputs):
    document = read_docx(str(outputs / "manuscript.docx"))
    sizes = [(shape.width.inches, part(document, shape).image) for shape in document.inline_shapes]
    assert len(sizes) == 4
    for _width, image in sizes:
        assert image.content_type == "image/png"
        assert image.horz_dpi == pytest.approx(300, abs=1)
    assert len(document.tables) == 2
    assert document.core_properties.title == "A small paper"


def part(document, shape):
    blip = next(shape._inline.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
    relation = blip.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed")
    return document.part.related_parts[relation]


def test_pdf_is_tagged_and_says_what_it_is(outputs):
    reader = pypdf.PdfReader(outputs / "manuscript.pdf")
    assert reader.metadata is not None and reader.metadata.title == "A small paper"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]


def test_jats_names_pictures_that_are_there(outputs):
    for document, count in (("manuscript", 4), ("supplement", 1)):
        article = etree.parse(outputs / f"{document}.xml").getroot()
        graphics = article.iter("graphic", "inline-graphic")
        names = [unquote(graphic.get("{http://www.w3.org/1999/xlink}href")) for graphic in graphics]
        assert len(names) == count
        assert [name for name in names if not (outputs / name).is_file()] == []


def test_figures_are_drawn_at_their_own_size(outputs):
    pictures = outputs / "manuscript_files"
    widths = {}
    for name in ("fig-cell-output-1", "cell-3-output-1"):
        header = (pictures / f"{name}.png").read_bytes()[16:20]
        widths[name] = int.from_bytes(header, "big") / 300
    assert widths["fig-cell-output-1"] == pytest.approx(3, abs=0.6)
    assert widths["cell-3-output-1"] == pytest.approx(4, abs=0.6)
    assert widths["cell-3-output-1"] > widths["fig-cell-output-1"] + 0.5


def test_nothing_is_left_behind(outputs):
    root = outputs.parent
    assert sorted(path.name for path in (root / "_build").iterdir()) == [
        ".turn",
        "crossref",
        "fonts",
        "reference.docx",
    ]
    known = {
        "_build",
        "_output",
        "figures",
        "second",
        "_quarto.yml",
        "references.bib",
        "manuscript.qmd",
        "supplement.qmd",
    }
    assert {path.name for path in root.iterdir()} == known


def test_command_line_renders_one_document_and_lists_it(outputs):
    command = ["-m", "publishing", "render", "--engine", "builtin", "--output-dir", "chosen", "supplement.qmd"]
    done = python(outputs.parent, *command)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(r"5 files in [\d.]+ s:", done.stdout)
    assert re.search(r"chosen/supplement\.pdf +[\d,]+ KiB", done.stdout)
    assert re.search(r"run supplement +[\d.]+ s", done.stdout)


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
