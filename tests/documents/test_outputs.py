"""The outputs, parsed from scratch: what a reader of each format must find, and the same numbers in all."""

import html
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pypdf
import pytest
from docx import Document
from lxml import etree
from lxml import html as lxml_html
from openxml_audit import OpenXmlValidator

from publishing.formats import pdf as pdf_file
from publishing.formats.word import controls
from publishing.formats.word.finish import finish_docx
from publishing.formats.word.pages import Layout
from publishing.project.configuration import load_project

WORD = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
DOCUMENTS = ("manuscript", "supplement")
FORMATS = ("html", "pdf", "docx")
ORIGINS = "origins.html"
TITLE = (
    "Intravenous Mesenchymal Stromal Cells for Severe and Critical COVID-19: "
    "Systematic Review and Meta-Analysis of Randomized Placebo-Controlled Trials"
)
UNFILLED = "[Authors: to be completed by the review's owner]"


@pytest.fixture(scope="module")
def project(real_paper) -> Path:
    return real_paper


@pytest.fixture(scope="module")
def texts(project) -> dict[tuple[str, str], str]:
    """(document, format) → all visible text, white space folded."""
    found = {}
    for document in DOCUMENTS:
        for form in FORMATS:
            text = READERS[form](project / "_output" / f"{document}.{form}")
            found[document, form] = " ".join(html.unescape(text).replace("\u00a0", " ").replace("’", "'").split())
    return found


def html_text(path: Path) -> str:
    tree = lxml_html.parse(str(path)).getroot()
    for element in tree.xpath("//script | //style | //annotation | //*[local-name() = 'svg']"):
        element.drop_tree()
    for block in tree.xpath("//p | //h1 | //h2 | //h3 | //td | //th | //li | //figcaption | //div | //caption"):
        block.tail = "\n" + (block.tail or "")
    return "".join(tree.itertext())


def pdf_text(path: Path) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)


def docx_text(path: Path) -> str:
    body = Document(str(path)).element.body
    return "\n".join(
        "".join(node.text or "" for node in p.iter(f"{{{WORD['w']}}}t")) for p in body.iter(f"{{{WORD['w']}}}p")
    )


READERS = {"html": html_text, "pdf": pdf_text, "docx": docx_text}


@pytest.fixture(scope="module")
def alternatives(project) -> dict[tuple[str, str], list[str]]:
    """(document, format) → the alternative texts of its figures."""
    found = {}
    for document in DOCUMENTS:
        output = project / "_output" / document
        images = lxml_html.parse(f"{output}.html").getroot().xpath("//figure//img | //figure//*[@role = 'img']")
        found[document, "html"] = [image.get("alt") or image.get("aria-label") for image in images]
        properties = Document(f"{output}.docx").element.body.iter(DRAWING)
        found[document, "docx"] = [element.get("descr") for element in properties]
        with pikepdf.open(f"{output}.pdf") as pdf:
            structure = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
            found[document, "pdf"] = [str(item.Alt) for item in structure if item.get("/S") == "/Figure"]
    return found


def test_six_files_the_page_of_origins_and_the_ledger_and_nothing_else(project):
    names = {path.name for path in (project / "_output").iterdir() if path.is_file()}
    documents = {f"{document}.{form}" for document in DOCUMENTS for form in FORMATS}
    assert names == documents | {ORIGINS, "ledger.csv", "ledger.json"}


def test_title_and_unfilled_authors_are_shown(texts):
    for form in FORMATS:
        assert TITLE.replace(" ", "") in texts["manuscript", form].replace(" ", "").replace("-\n", "-")
        for document in DOCUMENTS:
            assert UNFILLED in texts[document, form]


def test_nothing_is_left_over(texts):
    marks = (
        "{python}",
        "`{",
        "@fig-",
        "@tbl-",
        "@stbl-",
        "@sfig-",
        "@sec-",
        "?@",
        "???",
        ":::",
        "data-key",
        "{#",
        "[@",
        "NaN",
        "nan%",
    )
    for place, text in texts.items():
        for mark in marks:
            assert mark not in text, (place, mark)


def test_headings_of_a_paper_are_there(texts):
    for form in FORMATS:
        text = texts["manuscript", form]
        for heading in (
            "Abstract",
            "1 Introduction",
            "2 Methods",
            "3 Results",
            "4 Discussion",
            "5 Conclusions",
            "Declarations",
            "References",
        ):
            assert heading in text, (form, heading)


def test_the_pooled_estimate_is_the_same_everywhere(texts, alternatives, printer):
    long = printer.estimate("deaths.pooled", "RR").text.replace("\u00a0", " ")
    short = printer.short("deaths.pooled").text
    spoken = printer.say("Pooled, {.k} trials: risk ratio {.estimate} ({interval:.})", "deaths.pooled").text
    for form in FORMATS:
        text = texts["manuscript", form]
        abstract, _, body = text.partition("1 Introduction" if form == "docx" else "Introduction")
        assert long in text[: len(abstract) + len(body) // 4], f"abstract of the {form}"
        assert text.count(long) >= 2, f"abstract and results of the {form}"
        assert text.count(short) >= 3, f"captions and tables of the {form}"
        assert any(spoken in alternative for alternative in alternatives["manuscript", form]), form


def test_figures_have_alternative_texts_with_numbers(alternatives):
    openings = (
        "PRISMA 2020 flow diagram. 271 records",
        "Forest plot of risk ratios for death from any cause in six trials.",
        "Specification curve",
        "Forest plot of risk ratios for serious adverse events in four trials.",
        "Pooled ratios for death with 95% confidence intervals.",
    )
    for form in FORMATS:
        shown = alternatives["manuscript", form]
        assert len(shown) == len(openings), form
        for opening in openings:  # a PDF keeps its objects in an order of its own
            assert sum(text.startswith(opening) for text in shown) == 1, (form, opening)
        assert len(alternatives["supplement", form]) >= 5, form
        assert sorted(alternatives["supplement", form]) == sorted(alternatives["supplement", "html"]), form


def test_floats_are_numbered_and_referred_to_alike(texts):
    counts = {}
    for (document, form), text in texts.items():
        pattern = r"\b(?:Figure|Table) S?\d+|\bEquation \d+|\bSection \d+"
        numbers = re.findall(pattern, text)
        counts[document, form] = {number: numbers.count(number) for number in set(numbers)}
    for document in DOCUMENTS:
        assert counts[document, "html"].keys() == counts[document, "pdf"].keys() == counts[document, "docx"].keys()
    assert {
        "Figure 1",
        "Figure 2",
        "Figure 3",
        "Table 1",
        "Table 2",
        "Table 3",
        "Equation 1",
        "Table S1",
        "Figure S1",
    } <= set(counts["manuscript", "html"])


def test_table_one_holds_every_eligible_trial(project, printer):
    tree = lxml_html.parse(str(project / "_output" / "manuscript.html")).getroot()
    (table,) = tree.xpath("//*[@id='tbl-trials']//table")
    rows = [" ".join(row.itertext()) for row in table.xpath(".//tbody/tr")]
    eligible = [trial.label for trial in printer.tree.evidence.trials if trial.eligibility == "eligible"]
    assert len(rows) == len(eligible)
    assert all(any(label in row for row in rows) for label in eligible)


def test_cited_and_listed_are_the_same(project):
    for document in DOCUMENTS:
        tree = lxml_html.parse(str(project / "_output" / f"{document}.html")).getroot()
        listed = tree.xpath("//*[starts-with(@id, 'ref-')]/@id")
        cited = {f"ref-{key}" for keys in tree.xpath("//*/@data-cites") for key in keys.split()}
        assert len(listed) == len(set(listed)) > 10
        assert cited == set(listed)


def test_every_number_in_the_outputs_has_its_origin(project):
    done = subprocess.run([sys.executable, "-m", "publishing", "verify"], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Every number in the outputs has its origin" in done.stdout


def test_html_asks_for_nothing_from_elsewhere(project):
    for name in (*(f"{document}.html" for document in DOCUMENTS), ORIGINS):
        tree = lxml_html.parse(str(project / "_output" / name)).getroot()
        loaded = tree.xpath("//@src | //link/@href | //object/@data | //iframe/@src")
        assert all(address.startswith(("data:", "#")) for address in loaded)
        styles = " ".join(tree.xpath("//style/text()"))
        assert not re.search(r"url\(\s*['\"]?https?:|@import", styles)


def test_html_links_lead_somewhere(project):
    ids = {}
    for name in (*(f"{document}.html" for document in DOCUMENTS), ORIGINS):
        tree = lxml_html.parse(str(project / "_output" / name)).getroot()
        ids[name] = (set(tree.xpath("//@id")), set(tree.xpath("//a/@href")))
    pages = {f"{name}.pdf": len(pypdf.PdfReader(project / "_output" / f"{name}.pdf").pages) for name in DOCUMENTS}
    for name, (own, links) in ids.items():
        for link in links:
            target, _, anchor = link.partition("#")
            if link.startswith("http"):
                continue
            if anchor and target in pages:
                assert 1 <= int(anchor.removeprefix("page=")) <= pages[target], (name, link)
                continue
            if target and target not in ids:
                assert not anchor and (project / "_output" / target).is_file(), (name, link)
                continue
            there = own if target == "" else ids[target][0]
            assert not anchor or anchor in there, (name, link)


def test_every_number_of_every_format_leads_to_its_row(project):
    places = set(lxml_html.parse(str(project / "_output" / ORIGINS)).getroot().xpath("//tr/@id"))
    for document in DOCUMENTS:
        tree = lxml_html.parse(str(project / "_output" / f"{document}.html")).getroot()
        links = set(tree.xpath("//a[@data-key or @data-claim]/@href"))
        with pikepdf.open(project / "_output" / f"{document}.pdf") as pdf:
            of_pdf = {pdf_file.address(note) for _, note in pdf_file.link_annotations(pdf)}
        assert links and links == {link for link in of_pdf if link.startswith(f"{ORIGINS}#")}
        assert {link.partition("#")[2] for link in links} <= places


def test_the_origins_say_on_which_page_of_the_pdf_a_number_stands(project):
    tree = lxml_html.parse(str(project / "_output" / ORIGINS)).getroot()
    (row,) = tree.xpath("//tr[@id='n-deaths.pooled.estimate']")
    pages = {int(link.partition("page=")[2]) for link in row.xpath(".//a/@href") if link.startswith("manuscript.pdf")}
    texts = [page.extract_text() for page in pypdf.PdfReader(project / "_output" / "manuscript.pdf").pages]
    assert 1 in pages and all("0.80" in texts[page - 1] for page in pages)


def test_the_first_page_of_a_pdf_says_where_the_origins_are(project):
    for document in DOCUMENTS:
        first, second, *_ = pypdf.PdfReader(project / "_output" / f"{document}.pdf").pages
        assert f"Where each number comes from: {ORIGINS}" in " ".join(first.extract_text().split())
        assert "Where each number comes from" not in second.extract_text()


def test_no_type_of_the_supplement_is_smaller_than_seven_points(project):
    small = set()
    for page in pypdf.PdfReader(project / "_output" / "supplement.pdf").pages:

        def visit(text, matrix, of_text, font, size):
            height = size * abs(of_text[3] * matrix[3])
            if text.strip() and height < 6.99:
                small.add((text.strip()[:20], round(height, 2)))

        page.extract_text(visitor_text=visit)
    assert small == set()


def test_numbers_carry_their_keys_in_html_and_word(project):
    tree = lxml_html.parse(str(project / "_output" / "manuscript.html")).getroot()
    texts = {"".join(e.itertext()) for e in tree.xpath("//*[@data-key='deaths.pooled.estimate']")}
    assert texts == {"0.80"}
    word = Document(str(project / "_output" / "manuscript.docx")).element.body
    tags = word.xpath(".//w:sdt[w:sdtPr/w:tag/@w:val='deaths.pooled.estimate']")
    assert len(tags) >= 3
    assert {"".join(node.text for node in tag.iter(f"{{{WORD['w']}}}t")) for tag in tags} == {"0.80"}


def test_pdf_is_tagged_and_says_what_it_is(project):
    for document in DOCUMENTS:
        with pikepdf.open(project / "_output" / f"{document}.pdf") as pdf:
            assert bool(pdf.Root.MarkInfo.Marked)
            assert str(pdf.Root.Lang).startswith("en")
            assert "Mesenchymal Stromal Cells" in str(pdf.docinfo.Title)
            assert "to be completed" in str(pdf.docinfo.Author)
            assert "/Outlines" in pdf.Root


def test_links_between_the_pdfs_lead_to_places_that_are_there(project):
    places, leads = {}, {}
    for document in DOCUMENTS:
        with pikepdf.open(project / "_output" / f"{document}.pdf") as pdf:
            places[f"{document}.pdf"] = set(pdf_file.destinations(pdf))
            leads[f"{document}.pdf"] = {pdf_file.address(note) for _, note in pdf_file.link_annotations(pdf)}
    for own, targets in leads.items():
        across = [target.split("#") for target in targets if ".pdf" in target]
        assert across, f"{own} leads nowhere else"
        assert {file for file, _ in across} <= places.keys() - {own}
        assert [name for file, name in across if name not in places[file]] == []
        assert [target for target in targets if target.startswith("#") and target[1:] not in places[own]] == []


def test_word_has_real_tables_with_repeating_heads(project):
    for document in DOCUMENTS:
        body = Document(str(project / "_output" / f"{document}.docx")).element.body
        tables = body.findall(".//w:tbl", WORD)
        assert len(tables) >= 3
        for table in tables:
            assert table.find(".//w:tbl", WORD) is None, "a table within a table"
            assert table.find("w:tr/w:trPr/w:tblHeader", WORD) is not None, "a head that does not repeat"
            assert table.find("w:tblGrid/w:gridCol", WORD) is not None


def test_word_figures_are_sharp_enough(project):
    with zipfile.ZipFile(project / "_output" / "manuscript.docx") as package:
        relations = etree.fromstring(package.read("word/_rels/document.xml.rels"))
        targets = {r.get("Id"): r.get("Target") for r in relations}
        body = etree.fromstring(package.read("word/document.xml"))
        a = "http://schemas.openxmlformats.org/drawingml/2006/main"
        rel = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
        drawings = list(body.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}inline"))
        assert len(drawings) == 5
        for drawing in drawings:
            (blip,) = drawing.iter(f"{{{a}}}blip")
            data = package.read("word/" + targets[blip.get(rel)])
            assert data[:8] == b"\x89PNG\r\n\x1a\n"
            width_pixels = int.from_bytes(data[16:20], "big")
            extent = drawing.find("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent")
            assert width_pixels / (int(extent.get("cx")) / 914400) >= 299


def test_word_opens_them_without_repair_in_both_layouts(project, tmp_path):
    layout = Layout.of(load_project(project, "submission").layout)
    assert layout.line_numbers and layout.title_page
    validator = OpenXmlValidator()
    for document in DOCUMENTS:
        usual, handed_on = project / "_output" / f"{document}.docx", tmp_path / f"{document}.docx"
        shutil.copyfile(usual, handed_on)
        finish_docx(handed_on, layout)
        controls.release(handed_on)
        assert docx_text(handed_on) == docx_text(usual)
        for path in (usual, handed_on):
            assert [f"{error.part_uri}: {error.description}" for error in validator.validate(path).errors] == []
