"""Numbers, captions and references: the forms Quarto documents, in each format's own markup."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pypandoc
import pytest
from filtering import FILTERS, FRONT_MATTER, TABLE, convert, pandoc, refused
from lxml import html

NBSP = "\u00a0"

DOCUMENT = f"""
# First {{#sec-first}}

![One *picture*](x.svg){{#fig-one fig-alt="Alternative one"}}

{TABLE}
: Pipe caption {{#tbl-pipe}}

::: {{#tbl-cell .cell tbl-cap='From a **cell**' tbl-colwidths='[25,75]'}}
::: {{.cell-output .cell-output-display .cell-output-markdown}}
{TABLE}
:::
:::

::: {{.cell}}
::: {{.cell-output .cell-output-display}}
![](x.svg){{#fig-bare}}
:::
:::

## Sub {{#sec-sub}}

::: {{#stbl-wide}}
{TABLE}

Caption with [0.79]{{data-key="a.b"}} and @fig-one.
:::

::: {{#fig-two}}
![](x.svg)

::: {{.figure-alt}}
Ratio [0.80]{{data-key="c.d"}} "quoted".
:::

Second.
:::

$$ a = b $$ {{#eq-ab}}

# Unnumbered {{.unnumbered}}

# Third {{#sec-third}}
"""


@pytest.fixture(scope="module")
def page() -> html.HtmlElement:
    return html.fromstring(f"<div>{convert(DOCUMENT, 'html', '--mathml')}</div>")


def caption(page: html.HtmlElement, identifier: str) -> str:
    return page.get_element_by_id(identifier).find("figcaption").text_content()


def test_captions_are_numbered_in_document_order_by_kind(page: html.HtmlElement) -> None:
    assert caption(page, "fig-one") == f"Figure{NBSP}1: One picture"
    assert caption(page, "fig-bare") == f"Figure{NBSP}2"
    assert caption(page, "fig-two") == f"Figure{NBSP}3: Second."
    assert caption(page, "tbl-pipe") == f"Table{NBSP}1: Pipe caption"
    assert caption(page, "tbl-cell") == f"Table{NBSP}2: From a cell"
    assert caption(page, "stbl-wide") == f"Table{NBSP}S1: Caption with 0.79 and Figure{NBSP}1."


def test_captions_stand_above_tables_and_below_figures(page: html.HtmlElement) -> None:
    assert page.get_element_by_id("stbl-wide")[0].tag == "figcaption"
    assert page.get_element_by_id("fig-two")[-1].tag == "figcaption"


def test_live_numbers_survive_in_captions(page: html.HtmlElement) -> None:
    assert page.get_element_by_id("stbl-wide").find("figcaption/span[@data-key='a.b']").text == "0.79"


def test_alternative_texts_come_from_attribute_and_block(page: html.HtmlElement) -> None:
    assert page.get_element_by_id("fig-one").find("img").get("alt") == "Alternative one"
    assert page.get_element_by_id("fig-two").find("img").get("alt") == "Ratio 0.80 “quoted”."
    assert "0.80" not in page.text_content()


def test_headings_carry_their_number_as_text_and_no_engine_adds_one(page: html.HtmlElement) -> None:
    texts = [(one.tag, one.text_content(), one.get("class")) for one in page.iter("h1", "h2", "h3")]
    assert texts == [
        ("h2", "1 First", "unnumbered"),
        ("h3", "1.1 Sub", "unnumbered"),
        ("h2", "Unnumbered", "unnumbered"),
        ("h2", "2 Third", "unnumbered"),
    ]


def test_equation_has_its_number_beside_it(page: html.HtmlElement) -> None:
    assert page.get_element_by_id("eq-ab").find("span").text == "(1)"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("@fig-two", f"Figure{NBSP}3"),
        ("[@fig-two]", f"Figure{NBSP}3"),
        ("[-@fig-two]", "3"),
        ("[Panel @fig-two]", f"Panel{NBSP}3"),
        ("[@fig-one; @tbl-pipe]", f"Figure{NBSP}1, Table{NBSP}1"),
        ("[@fig-one, left]", f"Figure{NBSP}1, left"),
        ("@Tbl-cell", f"Table{NBSP}2"),
        ("@sec-sub", f"Section{NBSP}1.1"),
        ("@sec-third", f"Section{NBSP}2"),
        ("@eq-ab", f"Equation{NBSP}1"),
        ("@stbl-wide", f"Table{NBSP}S1"),
    ],
)
def test_references(written: str, text: str) -> None:
    paragraph = html.fromstring(convert(f"{DOCUMENT}\n\nSee {written} here.", "html")).xpath("//p")[-1]
    assert paragraph.text_content() == f"See {text} here."
    assert all(link.get("href").startswith("#") for link in paragraph.iter("a"))


def test_every_reference_points_to_an_existing_place(page: html.HtmlElement) -> None:
    for link in page.iter("a"):
        assert page.get_element_by_id(link.get("href")[1:]) is not None


def test_typst_floats_are_numbered_here_and_hold_a_bare_table() -> None:
    written = convert(DOCUMENT + "\nSee @tbl-cell.", "typst")
    assert re.search(r'#figure\(kind: "quarto-float-fig", supplement: \[Figure\], numbering: none', written)
    assert "];#strong[Figure~1:] One #emph[picture]" in written
    assert 'figure.caption(position: top)[#link("place:stbl-wide")[' in written
    assert "#link(<tbl-cell>)[Table~2]" in written
    assert '#set image(alt: "Alternative one")' in written
    assert "kind: table" not in written
    for identifier in ("fig-one", "tbl-pipe", "stbl-wide", "sec-sub", "eq-ab"):
        assert written.count(f"<{identifier}>") >= 1


def test_jats_figure_has_label_and_caption() -> None:
    written = convert("![Cap](x.svg){#fig-j fig-alt=Alt}", "jats")
    assert '<fig id="fig-j"><label>Figure\u00a01</label>' in written
    assert "<p>Cap</p>" in written
    assert "<alt-text>Alt</alt-text>" in written


def test_identifier_left_as_text_in_a_caption_is_taken() -> None:
    # Quarto's reader leaves `{#tbl-x}` in the caption
    done = subprocess.run(
        [
            pypandoc.get_pandoc_path(), "--from", "markdown-table_attributes", "--to", "html", "--wrap", "none",
            "--lua-filter", str(FILTERS / "crossref.lua"),
        ],
        input=f"{TABLE}\n: Caption {{#tbl-x}}\n".encode(), capture_output=True, check=True,
    )  # fmt: skip
    page = html.fromstring(f"<div>{done.stdout.decode()}</div>")
    assert caption(page, "tbl-x") == f"Table{NBSP}1: Caption"


def test_titles_and_prefixes_follow_the_configuration() -> None:
    front = FRONT_MATTER.replace(
        "crossref:\n", "crossref:\n  fig-title: Fig.\n  fig-prefix: fig.\n  title-delim: –\n"
    )
    done = pandoc(front + DOCUMENT + "\nSee @fig-one.", "html")
    page = html.fromstring(f"<div>{done.stdout.decode()}</div>")
    assert caption(page, "fig-one").startswith(f"Fig.{NBSP}1– One")
    assert page.xpath("//p")[-1].text_content() == f"See fig.{NBSP}1."


# Refusals --------------------------------------------------------------------------------------------------------


def test_unknown_references_are_all_named_with_what_is_known() -> None:
    said = refused(DOCUMENT + "\nSee @fig-wrong, @tbl-none and @sfig-none.")
    assert "unknown cross-reference @fig-wrong (known are @fig-bare, @fig-one, @fig-two)" in said
    assert "unknown cross-reference @tbl-none" in said
    assert "unknown cross-reference @sfig-none (no such label is defined)" in said
    assert "traceback" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("![a](x.svg){#fig-a}\n\n![b](x.svg){#fig-a}", "#fig-a is defined twice"),
        (f"::: {{#tbl-a tbl-colwidths='[10,20,30]'}}\n{TABLE}\n\nCap\n:::", "names 3 widths for 2 columns"),
        ("![a](x.svg){#fig-a}\n\n[@fig-a; @smith2020]", "mixes cross-references with citations"),
        ("# A {.unnumbered #sec-a}", "unnumbered, so it cannot be referred to by number"),
        ("::: {#fig-a}\n![](x.svg){#fig-b}\n\nCap\n:::", "sub-figures are not supported"),
        ("![a](x.svg){#fig-" + "long" * 10 + "}", "more than 40 characters"),
    ],
)
def test_refusals(text: str, said: str) -> None:
    assert said in refused(text)


# Two documents ---------------------------------------------------------------------------------------------------


def register(document: Path, registry: Path) -> dict[str, dict[str, str]]:
    subprocess.run(
        [
            pypandoc.get_pandoc_path(), str(document), "--from", "markdown", "--to", "plain",
            "--lua-filter", str(FILTERS / "registry.lua"),
        ],
        env={**os.environ, "CROSSREF_REGISTRY": str(registry)}, capture_output=True, check=True,
    )  # fmt: skip
    return json.loads((registry / f"{document.stem}.json").read_text())


def test_registry_counts_as_the_rendering_does_and_links_the_documents(tmp_path: Path) -> None:
    supplement = tmp_path / "supplement.md"
    cell = "```python\n#| label: sfig-run\n#| fig-cap: Run\nplot()\n```\n"
    supplement.write_text(FRONT_MATTER + DOCUMENT + cell)
    registry = tmp_path / "registry"
    entries = register(supplement, registry)
    assert entries["stbl-wide"] == {
        "kind": "stbl",
        "number": "1",
        "text": f"Table{NBSP}S1",
        "file": "supplement",
    }
    assert entries["fig-two"]["number"] == "3"
    assert entries["tbl-cell"]["number"] == "2"
    assert entries["sec-third"]["text"] == f"Section{NBSP}2"
    assert entries["sfig-run"]["text"] == f"Figure{NBSP}S1"

    in_html = convert("See @stbl-wide.", "html", registry=registry)
    assert f'<a href="supplement.html#stbl-wide" class="xref">Table{NBSP}S1</a>' in in_html
    in_typst = convert("See @stbl-wide.", "typst", registry=registry)
    assert '#link("supplement.pdf#stbl-wide")[Table~S1]' in in_typst


def test_own_definitions_come_before_the_registry(tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    registry.mkdir()
    other = {"fig-one": {"kind": "fig", "number": "9", "text": "Figure 9", "file": "other"}}
    (registry / "other.json").write_text(json.dumps(other))
    assert 'href="#fig-one"' in convert(DOCUMENT + "\n@fig-one", "html", registry=registry)


def as_quarto_reads(text: str, to: str = "html", registry: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The filters on text in whose captions attributes are left as text."""
    command = [pypandoc.get_pandoc_path(), "--from", "markdown-table_attributes", "--to", to, "--wrap", "none"]
    command += ["--metadata", "crossref-document=manuscript", "--lua-filter", str(FILTERS / "crossref.lua")]
    environment = os.environ | ({"CROSSREF_REGISTRY": str(registry)} if registry else {})
    return subprocess.run(command, input=FRONT_MATTER + text, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize(
    ("attributes", "widths"),
    [
        ("{#tbl-x}", []),
        ('{#tbl-x tbl-colwidths="[70,30]"}', ["70%", "30%"]),
        ('{#tbl-x .dense tbl-colwidths="[70,30]"}', ["70%", "30%"]),
        ('{tbl-colwidths="[70,30]"}', ["70%", "30%"]),
    ],
)
def test_attributes_behind_a_tables_caption_are_used_and_not_printed(attributes: str, widths: list[str]) -> None:
    done = as_quarto_reads(f"{TABLE}\n: Some *words* {attributes}\n")
    assert done.returncode == 0, done.stderr
    page = html.fromstring(f"<div>{done.stdout}</div>")
    assert [column.get("style").removeprefix("width: ") for column in page.iter("col")] == widths
    assert "{" not in page.text_content() and "Some words" in page.text_content()
    assert (f"Table{NBSP}1" in page.text_content()) is ("#tbl-x" in attributes)
    assert ("dense" in done.stdout) is (".dense" in attributes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{TABLE}\n: Words {{#tbl-x width=3}}\n", "width is not supported"),
        (f'{TABLE}\n: Words {{#tbl-x tbl-colwidths="[70,20,10]"}}\n', "names 3 widths for 2 columns"),
        (f"::: {{#tbl-out}}\n{TABLE}\n: Words {{#tbl-in}}\n\nMore.\n:::\n", "#tbl-in stands inside #tbl-out"),
    ],
)
def test_attributes_that_cannot_be_used_are_refused(text: str, said: str) -> None:
    done = as_quarto_reads(text)
    assert done.returncode == 1 and said in done.stderr


FIRST_AND_SECOND = f"{TABLE}\n: First {{#tbl-first}}\n\n::: {{#tbl-second}}\n{TABLE}\nSecond.\n:::\n"


def test_a_table_labelled_in_its_caption_counts_for_other_documents_too(tmp_path: Path) -> None:
    source = tmp_path / "manuscript.md"
    source.write_text(FRONT_MATTER + FIRST_AND_SECOND)
    subprocess.run(
        [
            pypandoc.get_pandoc_path(), str(source), "--from", "markdown-table_attributes", "--to", "plain",
            "--lua-filter", str(FILTERS / "registry.lua"), "--output", str(tmp_path / "out"),
        ],
        env={**os.environ, "CROSSREF_REGISTRY": str(tmp_path)}, check=True,
    )  # fmt: skip
    entries = json.loads((tmp_path / "manuscript.json").read_text())
    assert {name: entry["number"] for name, entry in entries.items()} == {"tbl-first": "1", "tbl-second": "2"}
    assert as_quarto_reads(FIRST_AND_SECOND, registry=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{TABLE}\n: New {{#tbl-new}}\n\n{FIRST_AND_SECOND}",
            "#tbl-new (Table\N{NO-BREAK SPACE}1) is made by a cell",
        ),
        (
            FIRST_AND_SECOND.partition("\n\n::")[0] + "\n",
            "#tbl-second (Table\N{NO-BREAK SPACE}2) stands in the source",
        ),
        (
            f"::: {{#tbl-second}}\n{TABLE}\nSecond.\n:::\n\n{TABLE}\n: First {{#tbl-first}}\n",
            f"#tbl-second is Table{NBSP}1 here, and Table{NBSP}2 where other documents refer to it",
        ),
    ],
)
def test_a_document_that_numbers_otherwise_than_others_were_told_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    known = {
        f"tbl-{name}": {"kind": "tbl", "number": number, "text": f"Table{NBSP}{number}", "file": "manuscript"}
        for name, number in (("first", "1"), ("second", "2"))
    }
    (tmp_path / "manuscript.json").write_text(json.dumps(known))
    done = as_quarto_reads(text, registry=tmp_path)
    assert done.returncode == 1 and said in done.stderr and "Remedy: " in done.stderr


def test_a_reference_without_words_keeps_what_tells_it_apart() -> None:
    tables = "".join(f"::: {{#stbl-{name}}}\n{TABLE}\nText.\n:::\n\n" for name in "ab")
    written = convert(
        tables + "Tables [-@stbl-a] and [-@stbl-b], [see Tables @stbl-a]; [-@fig-f].\n\n![F](x.svg){#fig-f}\n", "html"
    )
    text = html.fromstring(f"<div>{written}</div>").text_content()
    assert f"Tables S1 and S2, see Tables{NBSP}S1; 1." in text


def test_a_journals_words_stand_around_the_number_in_captions_and_references() -> None:
    text = f"See @stbl-a, [-@stbl-a] and @fig-f.\n\n::: {{#stbl-a}}\n{TABLE}\nText.\n:::\n\n![F](x.svg){{#fig-f}}\n"
    front = FRONT_MATTER.replace(
        "---\n\n", "crossref-labels: {stbl: 'S{number} Table', fig: 'Fig {number}'}\n---\n\n"
    )
    for to in ("html", "typst", "docx", "jats"):
        written = subprocess.run(
            [pypandoc.get_pandoc_path(), "--to", "plain" if to == "docx" else to, "--wrap", "none",
             "--lua-filter", str(FILTERS / "crossref.lua")],
            input=front + text, capture_output=True, text=True, check=True,
        ).stdout.replace(NBSP, " ").replace("~", " ")  # fmt: skip
        assert "S1 Table" in written and "Fig 1" in written and "Figure" not in written, to
