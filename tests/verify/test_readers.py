"""The three readers: same passages from three formats, identity in each, and the odd corners of the formats."""

import csv
import json
import re
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
import tampering
import typst

from publishing.formats.pandoc import READER, executable
from publishing.verify import read_docx, read_html, read_pdf
from publishing.verify.identity import Names
from publishing.verify.passages import Kind, Place
from publishing.verify.pdf_text import _character_map, marked_text
from publishing.verify.reading import folded, occurrences, solid, with_authors

KEYS = ["ratio.estimate", "ratio.low", "ratio.high", "arms.msc.events", "arms.control.events", "trials"]
FILTER = Path(__file__).resolve().parents[2] / "publishing" / "filters" / "keys.lua"


@pytest.fixture(scope="module")
def outputs(paper):
    names = Names(KEYS, ["favours"])
    folder = paper / "_output"
    return {
        "html": read_html.read_html(folder / "manuscript.html"),
        "docx": read_docx.read_docx(folder / "manuscript.docx", names),
        "pdf": read_pdf.read_pdf(folder / "manuscript.pdf", names),
    }


def test_all_formats_print_the_same_keys_and_texts_in_the_same_order(outputs):
    printed = {form: [(one.key, one.text) for one in occurrences(output)] for form, output in outputs.items()}
    assert printed["html"] == printed["docx"] == printed["pdf"]
    assert printed["html"][:6] == [
        ("ratio.estimate", "0.79"),
        ("trials", "five"),
        ("ratio.estimate", "0.79"),
        ("ratio.low", "0.49"),
        ("ratio.high", "1.30"),
        ("claim:favours", "favoured therapy"),
    ]


def test_cells_are_found_by_table_row_and_column(outputs):
    for output in outputs.values():
        cells = {(p.float, p.row, p.column): p.text for p in output.passages if p.place is Place.CELL}
        assert cells["Table 1", 1, 2] == "Deaths"
        assert cells["Table 1", 3, 1] == "Control"
        assert solid(cells["Table 1", 4, 2]) == "0.79(0.49–1.30)"


def test_authors_are_told_from_the_text(outputs):
    # their addresses and ORCIDs are numerals that no key can have
    expected = [
        "Ann Example1,2,*, Bob Sample2",
        "1 Unit 7, Third Example University, 12 High Street, 12345",
        "2 Institute of Two Examples",
        "* Correspondence: Ann Example, 555 0100",
        "ORCID: Ann Example https://orcid.org/0000-0002-1825-0097",
        "Author contributions (CRediT): Ann Example: software",
    ]
    for output in with_authors(list(outputs.values())):
        found = [folded(passage.text) for passage in output.passages if passage.place is Place.AUTHORS]
        assert found == expected, output.form


def test_structure_is_recognised_alike(outputs):
    for form, output in outputs.items():
        kinds = {}
        for passage in output.passages:
            for run in passage.runs:
                kinds.setdefault(run.kind, []).append(run.text.strip(": "))
        labels = [text.replace("\u00a0", " ") for text in kinds[Kind.LABEL]]
        assert sorted(labels) == ["(1)", "1", "2", "Figure 1", "Table 1"], form
        references = sorted(text.replace("\u00a0", " ") for text in kinds[Kind.REFERENCE])
        assert references == ["Equation 1", "Figure 1", "Section 1", "Table 1", "Table S1"], form
        assert re.findall(r"\d", "".join(kinds[Kind.CITATION])) == ["1", "3"], form
        assert "2" in kinds[Kind.SCRIPT] and not any("2" in text for text in kinds[Kind.FORMULA]), form


def test_words_broken_over_lines_and_ligatures_are_whole_in_the_pdf(outputs):
    text = " ".join(passage.text for passage in outputs["pdf"].passages)
    assert "clinical trials with binary outcome" in text and "\u00ad" not in text


def test_numbers_lead_to_the_page_of_origins_and_only_claims_have_places_of_their_own():
    text = '[x]{#c-a} [1]{data-key="a"} [2]{data-key="b"} [words]{data-claim="a"}'
    arguments = [executable(), f"--from={READER}", f"--lua-filter={FILTER}", "-M", "number-origins=o"]
    written = {
        form: subprocess.run(
            [*arguments, f"--to={form}"], input=text, text=True, check=True, capture_output=True
        ).stdout
        for form in ("html", "typst")
    }
    places = ["o.html#n-a", "o.html#n-b", "o.html#c-a"]
    assert re.findall(r'id="([^"]+)"', written["html"]) == ["c-a"]
    assert re.findall(r'<a[^>]*href="([^"]+)"', written["html"]) == places
    assert re.findall(r'"place:([^"]+)"', written["typst"]) == ["c-a"]
    assert [one for one in re.findall(r'#link\("([^"]+)"\)', written["typst"]) if "place:" not in one] == places


@pytest.mark.parametrize(
    ("declared", "address"),
    [("https://doi.org/10.1/x", "https://doi.org/10.1/x"), ("[To be stated]", ""), (None, "")],
)
def test_a_pdf_is_told_where_the_origins_are(tmp_path, declared, address):
    metadata = {"number-origins": "o", "declarations": {"data-address": declared} if declared else {}}
    (tmp_path / "metadata.json").write_text(json.dumps(metadata))
    (tmp_path / "template.txt").write_text("$number-origins$ at $origins-address$\n")
    command = [executable(), f"--from={READER}", "--to=typst", f"--lua-filter={FILTER}"]
    command += [f"--template={tmp_path / 'template.txt'}", f"--metadata-file={tmp_path / 'metadata.json'}"]
    done = subprocess.run(command, input="x", text=True, check=True, capture_output=True)
    assert done.stdout.replace("\\", "").strip() == f"o at {address}".strip()


@pytest.mark.parametrize(("byline", "said"), [("Ann Example", True), ("", False)], ids=["authors", "blinded"])
def test_a_pdf_without_authors_does_not_say_where_their_data_are(byline, said):
    template = FILTER.parents[1] / "templates" / "article.typ"
    command = [executable(), "--to=typst", f"--template={template}", "-M", "number-origins=o", "-M", "title=T"]
    command += ["-M", "origins-address=https://doi.org/10.1/x", *(["-M", f"byline={byline}"] if byline else [])]
    done = subprocess.run(command, input="x", text=True, check=True, capture_output=True)
    assert "Where each number comes from: o.html" in done.stdout
    assert ("https://doi.org/10.1/x" in done.stdout.replace("\\", "")) is said


def test_two_keys_with_one_name_are_refused():
    with pytest.raises(ValueError, match="two keys"):
        Names(["a b", "a-b"], [])


def test_deleted_text_of_a_docx_is_not_read_and_inserted_text_is(copy):
    def change(root):
        (paragraph,) = (p for p in root.iter(f"{tampering.W}p") if "As before" in "".join(p.itertext()))
        for name, word in (("del", "delText"), ("ins", "t")):
            mark = paragraph.makeelement(f"{tampering.W}{name}", {})
            run = mark.makeelement(f"{tampering.W}r", {})
            run.append(run.makeelement(f"{tampering.W}{word}", {}))
            run[0].text = f"{name}-77"
            mark.append(run)
            paragraph.append(mark)

    path = copy / "_output" / "manuscript.docx"
    tampering.in_docx(path, change)
    text = " ".join(passage.text for passage in read_docx.read_docx(path, Names(KEYS, ["favours"])).passages)
    assert "ins-77" in text and "del-77" not in text


def test_a_number_in_a_running_header_is_seen(copy, found):
    def change(root):
        next(root.iter(f"{tampering.W}t")).text = "Edition 7"

    path = copy / "_output" / "manuscript.docx"
    with zipfile.ZipFile(path) as package:
        headers = [name for name in package.namelist() if name.startswith("word/header")]
        part = next(name for name in headers if b"<w:t" in package.read(name))
    tampering.in_docx(path, change, part)
    assert "manuscript.docx, header or footer" in found(copy)


def test_tables_of_characters_are_read_in_all_their_forms():
    table = (
        b"2 beginbfchar\n<0001> <0041>\n<0002> <00660069>\nendbfchar\n"
        b"2 beginbfrange\n<0010> <0012> <0030>\n<0020> <0021> [<0061> <D835DC00>]\nendbfrange"
    )
    assert _character_map(table) == {
        b"\0\x01": "A", b"\0\x02": "fi",
        b"\0\x10": "0", b"\0\x11": "1", b"\0\x12": "2",
        b"\0\x20": "a", b"\0\x21": "\U0001d400",
    }  # fmt: skip


def test_a_sign_that_its_font_does_not_explain_is_not_lost(copy):
    path = copy / "_output" / "manuscript.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                font.ToUnicode = pdf.make_stream(b"0 beginbfchar endbfchar")
        pdf.save(path)
    text = "".join(p.text for p in read_pdf.read_pdf(path, Names(KEYS, [])).passages if p.place is Place.PROSE)
    assert "\N{REPLACEMENT CHARACTER}" in text and "ratio" not in text


def test_the_ledger_says_where_each_number_comes_from(paper):
    ledger = json.loads((paper / "_output" / "ledger.json").read_text())
    lines = (paper / "manuscript.qmd").read_text().split("\n")
    for one in ledger["occurrences"]:
        if one["document"] == "manuscript":
            shown = lines[one["line"] - 1]
            assert one["expression"].split("(")[0] in shown, one
    (cell,) = [
        one
        for one in ledger["occurrences"]
        if (one["format"], one["where"], one["key"]) == ("pdf", "Table 1, row 4, column 2", "ratio.low")
    ]
    assert (cell["place"], cell["text"], cell["expression"]) == ("table cell", "0.49", "arms(n)")
    number = ledger["numbers"]["ratio.low"]
    assert number["value"] == 0.4851 and number["code"] == "results: value" and number["rows"] == ["row-1"]
    assert ledger["rows"]["row-1"]["quotation"] == "12 of 100 died"
    assert ledger["documents"]["manuscript"]["engine"] == "built-in"
    assert set(ledger["documents"]["manuscript"]["fingerprints"]) == {
        "data", "code", "configuration", "lock file", "document",
    }  # fmt: skip


def test_the_table_form_of_the_ledger_has_every_occurrence(paper):
    ledger = json.loads((paper / "_output" / "ledger.json").read_text())
    with (paper / "_output" / "ledger.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(ledger["occurrences"])
    first = rows[0]
    assert (first["key"], first["value"], first["text"]) == ("ratio.estimate", "0.7912345", "0.79")
    assert first["rows"] == "row-1"


ADDRESSES = """
#set document(title: "Addresses")
#set text(lang: "en", size: 11pt, hyphenate: true)
#set page(width: WIDTHmm, height: 250mm, margin: 10mm)
#set par(justify: JUSTIFY)
#let protocol = "https://doi.org/10.17605/OSF.IO/8KQ3N"
It was registered at #link("origins.html#n-ratio.low")[#protocol] and more words follow that fill lines.

Paid (#link("origins.html#n-ratio.high")[Register it (https://doi.org/10.17605/OSF.IO/8KQ3N), see
https://example.org/long_path.html?x=1&y=2#part for words.]) by nobody.

Two runs, #link("https://example.org/some.where/8KQ3N")[#"https://example.org/"#strong("some.where")#"/8KQ3N"] and on.

A line that ends in an author's own break \\
is two words all the same, as is this one#linebreak()here.

#table(columns: 2, [https://example.org/some.where/8KQ3N is one cell],
  [https://example.org/a.b] + [#parbreak()] + [next])
"""


@pytest.mark.parametrize("justify", ["true", "false"])
def test_an_address_that_a_pdf_breaks_across_lines_is_read_as_one(tmp_path, justify):
    drawn = set()
    for width in range(45, 130, 5):
        path = tmp_path / f"{width}.pdf"
        source = ADDRESSES.replace("WIDTH", str(width)).replace("JUSTIFY", justify)
        path.write_bytes(typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=0))
        output = read_pdf.read_pdf(path, Names(KEYS, []))
        assert [(one.key, one.text) for one in occurrences(output)] == [
            ("ratio.low", "https://doi.org/10.17605/OSF.IO/8KQ3N"),
            (
                "ratio.high",
                "Register it (https://doi.org/10.17605/OSF.IO/8KQ3N), see "
                "https://example.org/long_path.html?x=1&y=2#part for words.",
            ),
        ], width
        texts = [passage.text for passage in output.passages]
        assert "Two runs, https://example.org/some.where/8KQ3N and on." in texts, width
        assert "https://example.org/some.where/8KQ3N is one cell" in texts, width
        assert "https://example.org/a.b next" in texts, width
        assert "A line that ends in an author’s own break is two words all the same, as is this one here." in texts
        split = [run for one in output.passages for run in one.runs if run.target and run.kind is not Kind.ADDRESS]
        assert not split, width
        drawn.add(_lines_ends(path))
    # the widths break the addresses in several places
    assert len(drawn) > 5


def _lines_ends(path: Path) -> tuple[str, ...]:
    with pikepdf.open(path) as pdf:
        pieces = [piece for found in marked_text(pdf).values() for piece in found]
    return tuple(
        one.text for one, after in pairwise(pieces) if one.height != after.height and one.text.startswith("https")
    )
