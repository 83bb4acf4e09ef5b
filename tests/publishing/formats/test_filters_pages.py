"""Tables, landscape pages, formulas, keys and the reference style, and that typst accepts it all as PDF/UA-1."""

from __future__ import annotations

import re

import pikepdf
import pytest
import typst
from filtering import FRONT_MATTER, PNG, TABLE, convert, pandoc
from lxml import html

from publishing import TEMPLATES
from publishing.formats.pdf import destinations, finish_pdf

BIBLIOGRAPHY = """
@article{seven, author={Smith, John A. and Doe, Jane and van der Berg, Karl and Müller, Änne and Li, Wei and
  Roe, R. and Poe, E. A.}, title={A trial}, options={useprefix=true}, journal={The Journal}, year=2020,
  volume=12, number=3, pages={1234--1256}, doi={10.1000/xyz}}
@article{six, author={A, B and C, D and E, F and G, H and I, J and K, L}, title={Six}, journal={J}, year=2021}
@misc{site, author={{World Health Organization}}, title={A page}, url={https://example.org/x}, year=2021}
"""


def test_typst_table_has_rules_repeating_header_and_alignment() -> None:
    written = convert(TABLE, "typst")
    assert "#figure(" not in written
    assert "align: (left, right,)" in written
    assert re.search(
        r"table\.header\(repeat: true, table\.cell\(align: bottom\)\[a\], table\.cell\(align: bottom\)\[b\], "
        r"table\.hline\(stroke: 0\.4pt\)\)",
        written,
    )
    assert written.count("table.hline(stroke: 0.8pt)") == 2


def test_typst_cell_that_looks_like_markup_stays_text() -> None:
    written = convert("| a | b |\n|---|---|\n| - 5 | = x |\n| 1. Wang | + 2 |\n", "typst")
    assert written.count("#[]") + written.count("\\") >= 4


def test_column_widths_follow_contents_and_the_author_overrules() -> None:
    long = "words that go on and on " * 8
    text = f"| a | b |\n|---|---|\n| x | {long} |\n"
    shares = [float(value) for value in re.findall(r"([\d.]+)%", convert(text, "typst"))][:2]
    assert shares[0] < 10 < 80 < shares[1]
    assert sum(shares) <= 100.01
    given = convert(f"::: {{#tbl-a tbl-colwidths='[60,40]'}}\n{text}\n\nCaption.\n:::", "typst")
    assert "columns: (60.00%, 40.00%,)" in given


def test_given_widths_make_room_for_the_longest_word() -> None:
    table = f"| {'unbreakable' * 3} | b |\n|---|---|\n| x | y |\n"
    written = convert(f"::: {{#tbl-a tbl-colwidths='[5,95]'}}\n{table}\n\nCaption.\n:::", "typst")
    first, second = (float(value) for value in re.findall(r"([\d.]+)%", written)[:2])
    assert 25 < first < 60
    assert first + second == pytest.approx(100, abs=0.02)


def test_short_columns_leave_the_table_narrow() -> None:
    shares = [float(value) for value in re.findall(r"([\d.]+)%", convert(TABLE, "typst"))][:2]
    assert sum(shares) < 30


def test_html_table_scrolls_in_a_region_named_by_its_caption() -> None:
    tree = html.fromstring(
        f"<div>{convert(f'::: {{#tbl-a}}{chr(10)}{TABLE}{chr(10)}Caption.{chr(10)}:::', 'html')}</div>"
    )
    region = tree.find(".//div[@class='table-scroll']")
    assert (region.get("role"), region.get("tabindex")) == ("region", "0")
    assert tree.get_element_by_id(region.get("aria-labelledby")).tag == "figcaption"
    assert region.find("table") is not None


@pytest.mark.parametrize(
    ("words", "least", "most"),
    # with short words it shrinks to what a window of 1280 px has beside the contents; longest words are kept whole
    [("several words in here", 72, 72), ("extraordinarily-uninterrupted heterogeneousness", 90, 150)],
)
def test_wide_html_table_is_marked_and_keeps_its_columns_readable(words: str, least: float, most: float) -> None:
    columns = 10
    row = "| " + " | ".join([words] * columns) + " |\n"
    tree = html.fromstring(f"<div>{convert(row + '|' + '---|' * columns + chr(10) + row, 'html')}</div>")
    table = tree.find(".//table")
    assert table.get("class") == "wide"
    assert least <= float(re.search(r"min-width: ([\d.]+)em", table.get("style")).group(1)) <= most
    assert html.fromstring(f"<div>{convert(TABLE, 'html')}</div>").find(".//table").get("class") is None


def test_landscape_in_typst_takes_its_heading_along_and_joins_neighbours() -> None:
    turned = f"::: {{.landscape}}\n{TABLE}\n:::\n"
    written = convert(f"Text.\n\n# Wide\n\n{turned}\n## More\n\n{turned}\nText.", "typst")
    assert written.count("#page(flipped: true)[") == 1
    assert written.index("#page(flipped") < written.index("1 Wide") < written.index("1.1 More")


def test_landscape_takes_the_lines_that_introduce_its_table_along() -> None:
    turned = f"::: {{.landscape}}\n{TABLE}\n:::\n"
    few, many = "A few words.", "Word after word. " * 60
    written = convert(f"Text.\n\n# Wide\n\n{few}\n\n{turned}\n## More\n\n{few}\n\n{turned}", "typst")
    assert written.count("#page(flipped: true)[") == 1
    assert written.index("Text.") < written.index("#page(flipped") < written.index("1 Wide")
    written = convert(f"# Wide\n\n{many}\n\n{turned}", "typst")
    assert written.index("1 Wide") < written.index("#page(flipped")
    written = convert(f"{few}\n\n{turned}\n{few}\n\n{turned}", "typst")
    assert written.index("A few") < written.index("#page(flipped")
    assert written.count("#page(flipped") == 2


def test_landscape_on_the_float_itself() -> None:
    written = convert(f"::: {{#tbl-a .landscape}}\n{TABLE}\n\nCaption.\n:::\n\n@tbl-a", "typst")
    assert written.index("#page(flipped: true)[") < written.index("<tbl-a>")
    assert "landscape" not in convert(f"::: {{#tbl-a .landscape}}\n{TABLE}\n\nCaption.\n:::", "html")


def test_a_dense_float_is_set_in_the_smallest_type() -> None:
    written = convert(f"::: {{#tbl-a .dense .landscape}}\n{TABLE}\n\nCaption.\n:::\n\n{TABLE}", "typst")
    assert re.findall(r"#set text\(size: ([\d.]+)pt\)", written) == ["7", "9"]


def test_keys_stay_in_html_and_formatting_in_typst() -> None:
    text = 'A [**0.79**]{data-key="a&b"} number.'
    assert '<span data-key="a&amp;b"><strong>0.79</strong></span>' in convert(text, "html")
    assert "#strong[0.79]" in convert(text, "typst")


@pytest.fixture(scope="module")
def citations(tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    folder = tmp_path_factory.mktemp("csl")
    (folder / "r.bib").write_text(BIBLIOGRAPHY)
    options = ("--citeproc", "--bibliography", "r.bib", "--csl", str(TEMPLATES / "vancouver.csl"))
    text = "A [@seven]. B [@six; @site; @seven]. C [@six, p. 4].\n"
    return html.fromstring(f"<div>{convert(text, 'html', *options, folder=folder)}</div>")


def test_citations_are_bracketed_numbers_without_superscript(citations: html.HtmlElement) -> None:
    assert citations.find("p").text_content() == "A [1]. B [1–3]. C [2, p. 4]."
    assert citations.find(".//sup") is None


def test_reference_list_in_vancouver_form(citations: html.HtmlElement) -> None:
    entries = [" ".join(entry.text_content().split()) for entry in citations.find_class("csl-entry")]
    assert entries[0] == (
        "1. Smith JA, Doe J, van der Berg K, Müller Ä, Li W, Roe R, et al. A trial. The Journal. 2020;12(3):1234–56. "
        "https://doi.org/10.1000/xyz"
    )
    assert entries[1] == "2. A B, C D, E F, G H, I J, K L. Six. J. 2021."
    assert entries[2].startswith("3. World Health Organization. A page. 2021. https://example.org/x")
    assert citations.find(".//a[@href='https://doi.org/10.1000/xyz']") is not None


PDF_DOCUMENT = f"""
# Abstract {{.unnumbered #abstract}}

Short, with $x^2$ and @fig-a.

::: {{.keywords}}
one; two
:::

# First {{#sec-first}}

Inline $\\hat\\tau^2$.

$$ a = \\text{{"b"}} $$ {{#eq-a}}

![Caption](x.png){{#fig-a fig-alt="A picture with \\"quotes\\""}}

::: {{#stbl-a .landscape}}
{TABLE}

Caption.
:::

See @fig-a, @stbl-a, @eq-a, @sec-first.
"""


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> pikepdf.Pdf:
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "x.png").write_bytes(PNG)
    front = FRONT_MATTER.replace("---\n\n", 'author: [{name: "Ann O\'Author"}]\n---\n\n')
    template = ("--standalone", "--template", str(TEMPLATES / "article.typ"))
    done = pandoc(front + PDF_DOCUMENT, "typst", *template, "--output", "d.typ", folder=folder)
    assert done.returncode == 0, done.stderr.decode()
    typst.compile(folder / "d.typ", output=folder / "d.pdf", pdf_standards=["ua-1"], ignore_system_fonts=True)
    finish_pdf(folder / "d.pdf")
    return pikepdf.open(folder / "d.pdf")


def test_pdf_is_tagged_and_described(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en-GB"
    assert str(pdf.docinfo["/Title"]) == "A title"
    assert str(pdf.docinfo["/Author"]) == "Ann O’Author"
    assert str(pdf.docinfo["/Keywords"]) == "one, two"


def test_pdf_keeps_alternative_texts(pdf: pikepdf.Pdf) -> None:
    texts = {
        str(element["/Alt"])
        for element in pdf.objects
        if isinstance(element, pikepdf.Dictionary) and "/Alt" in element
    }
    assert {'A picture with "quotes"', "x^2", 'a = \\text{"b"}'} <= texts


def test_pdf_turns_the_wide_page_and_links_inside(pdf: pikepdf.Pdf) -> None:
    shapes = [(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in pdf.pages]
    assert (842, 595) in shapes
    assert shapes[0] == (595, 842)
    links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.get("/Subtype") == "/Link"]
    assert len(links) == 5
    assert {"fig-a", "stbl-a", "sec-first"} <= set(destinations(pdf))


def test_pdf_has_bookmarks_with_section_numbers(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Abstract", "1 First"]
