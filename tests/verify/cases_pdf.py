"""Tamperings with a PDF, the ledger, its table and the page of origins."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import tampering
from cases_html import Case
from pikepdf import Array, Dictionary, Name, String

FILE = "manuscript.pdf"


def pdf(change: Callable[[pikepdf.Pdf], object]) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        with pikepdf.open(path, allow_overwriting_input=True) as one:
            change(one)
            one.save(path)

    return edit


def draw(operators: bytes) -> Callable[[Path], None]:
    """Something drawn over the first page; a page's first font is at hand as /F."""

    def change(one: pikepdf.Pdf) -> None:
        page = one.pages[0]
        page.Resources.Font.F = one.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        page.contents_add(operators)

    return pdf(change)


def link(one: pikepdf.Pdf, end: str) -> pikepdf.Object:
    links = [note for page in one.pages for note in page.get("/Annots", []) if "/A" in note and "/URI" in note.A]
    return next(note for note in links if str(note.A.URI).endswith(end))


def lead(end: str, new: str) -> Callable[[Path], None]:
    return pdf(lambda one: setattr(link(one, end).A, "URI", String(new)))


def note(one: pikepdf.Pdf, **what: Any) -> None:
    page = one.pages[0]
    made = one.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **what))
    page.obj.Annots = Array([*page.obj.get("/Annots", []), made])


def attach(one: pikepdf.Pdf) -> None:
    one.attachments["data.csv"] = pikepdf.AttachedFileSpec(one, b"a,b")


def another_font(one: pikepdf.Pdf) -> None:
    for stream in one.objects:
        if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") == "/CIDFontType0C":
            stream.write(stream.read_bytes() + b"\0")
            return
    raise AssertionError("no font")


def move_drawn(path: Path) -> None:
    """A text of the drawing moved to the right; each of its signs is set by itself."""
    with pikepdf.open(path, allow_overwriting_input=True) as one:
        for page in one.pages:
            instructions = list(pikepdf.parse_content_stream(page))
            for index in tampering.places_of(page, instructions, "favours"):
                start = max(i for i in range(index) if str(instructions[i].operator) == "Tm")
                operands = [float(value) for value in instructions[start].operands]
                operands[4] += 7
                instructions[start] = pikepdf.ContentStreamInstruction(operands, pikepdf.Operator("Tm"))
                page.Contents = one.make_stream(pikepdf.unparse_content_stream(instructions))
        one.save(path)


def ledger(edit: Callable[[str], str]) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        before = path.read_text(encoding="utf-8")
        after = edit(before)
        assert after != before
        path.write_text(after, encoding="utf-8")

    return change


def put(old: str, new: str) -> Callable[[Path], None]:
    return ledger(lambda text: text.replace(old, new, 1))


def rewritten(edit: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """The ledger changed by someone who makes its digest anew, as the project writes it."""

    def change(path: Path) -> None:
        from publishing.verify.ledger import json_text

        content = json.loads(path.read_text(encoding="utf-8"))
        edit(content)
        path.write_text(json_text(content), encoding="utf-8")

    return change


def set_in(content: dict[str, Any], *place: Any) -> None:
    *way, last, value = place
    for name in way:
        content = content[name]
    assert content[last] != value
    content[last] = value


CASES: dict[str, Case] = {
    "text outside the structure": (
        draw(b"BT /F 12 Tf 1 0 0 1 60 60 Tm (99 of 100 patients died) Tj ET"),
        ("page 1", "text is drawn outside of the structure"),
    ),
    "text as decoration": (
        draw(b"/Artifact BMC BT /F 12 Tf 1 0 0 1 60 60 Tm (99 died) Tj ET EMC"),
        ("what differs", "page 1"),
    ),
    "text that is not painted": (
        draw(b"/Artifact BMC BT /F 12 Tf 3 Tr 1 0 0 1 60 60 Tm (99 died) Tj ET EMC"),
        ("text is there that is not painted",),
    ),
    "white box": (draw(b"/Artifact BMC 1 1 1 rg 0 0 400 400 re f EMC"), ("what differs", "page 1")),
    "script at opening": (
        pdf(lambda one: setattr(one.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS=String("x()")))),
        ("something happens when the file is opened",),
    ),
    "script by name": (
        pdf(lambda one: setattr(one.Root.Names, "JavaScript", Dictionary(Names=Array([])))),
        ("the file runs JavaScript",),
    ),
    "action of the file": (pdf(lambda one: setattr(one.Root, "AA", Dictionary())), ("printed, saved or closed",)),
    "action of a page": (pdf(lambda one: setattr(one.pages[0].obj, "AA", Dictionary())), ("the page is shown",)),
    "attached file": (pdf(attach), ("files are attached",)),
    "attached file on a page": (pdf(lambda one: note(one, Subtype=Name.FileAttachment)), ("a file is attached",)),
    "form": (pdf(lambda one: setattr(one.Root, "AcroForm", Dictionary(Fields=Array([])))), ("holds a form",)),
    "layers": (pdf(lambda one: setattr(one.Root, "OCProperties", Dictionary())), ("has layers",)),
    "note": (
        pdf(lambda one: note(one, Subtype=Name.FreeText, Contents=String("wrong"))),
        ("a note of the kind FreeText lies on the page: “wrong”",),
    ),
    "struck by a note": (pdf(lambda one: note(one, Subtype=Name.StrikeOut)), ("of the kind StrikeOut",)),
    "link that starts a program": (
        pdf(lambda one: setattr(link(one, "sim.1482"), "A", Dictionary(S=Name.Launch, F=String("x")))),
        ("a link starts something (Launch",),
    ),
    "link with a script": (lead("sim.1482", "javascript:x()"), ("a link starts something (URI “javascript:",)),
    "link of a DOI": (lead("sim.1482", "https://example.org/x"), ("leads to https://example.org/x, and did not",)),
    "link of a number": (lead("#n-ratio.low", "origins.html#n-ratio.high"), ("(ratio.high)",)),
    "link over the page": (
        pdf(lambda one: note(
            one, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://example.org/x")),
        )),
        ("leads to https://example.org/x",),
    ),
    "digit": (lambda path: tampering.in_pdf(path, "0.79", "0.49", 2), ("ratio.estimate reads “0.49” here",)),
    "digit in a drawing": (
        lambda path: tampering.in_pdf(path, "1.30)", "1.50)", drawn=True),
        ("not those it was drawn with",),
    ),
    "moved text of a drawing": (move_drawn, ("stands where nothing was drawn",)),
    "alternative text": (
        lambda path: tampering.set_alternative_in_pdf(path, "five trials", "all trials"),
        ("the alternative text is not the one",),
    ),
    "page gone": (pdf(lambda one: one.pages.append(one.pages[0])), ("(new)",)),
    "page turned": (pdf(lambda one: setattr(one.pages[0].obj, "Rotate", 180)), ("page 1",)),
    "page cut": (pdf(lambda one: setattr(one.pages[0].obj, "MediaBox", Array([0, 0, 99, 99]))), ("page 1",)),
    "signs of a font": (pdf(another_font), ("what differs: fonts",)),
    "title": (pdf(lambda one: setattr(one.docinfo, "Title", String("Withdrawn"))), ("description",)),
    "saved again": (pdf(lambda one: None), ("it was saved again",)),
    "half a PDF": (lambda path: path.write_bytes(path.read_bytes()[:9000]), ("can't be read as PDF",)),
    "not a PDF": (lambda path: path.write_bytes(b"nothing"), ("can't be read as PDF",)),
}  # fmt: skip

OF_LEDGER: dict[str, Case] = {
    "a value": (put('"value": 0.7912345', '"value": 0.6912345'), ("ratio.estimate", "0.6912345")),
    "a meaning": (put('"meaning": "trials"', '"meaning": "deaths"'), ('numbers.trials.meaning reads "deaths"',)),
    "words that were read": (put("12 of 100 died", "2 of 100 died"), ("rows.row-1.quotation reads",)),
    "a condition": (put("ratio < 1", "ratio < 9"), ("claims.favours.predicate reads",)),
    "a digest of a file": (
        ledger(lambda text: re.sub(r'("sha256": ")\w', r"\1x", text)),
        ("manuscript.html is not",),
    ),
    "a place": (put('"section": "Abstract"', '"section": "Results"'), ("the ledger says “Results”",)),
    "an expression": (put('n.word(\\"trials\\")', 'n.word(\\"death\\")'), ("where it does not stand",)),
    "a page": (put('"page": 1', '"page": 2'), ("stands at page “1”; the ledger says “2”",)),
    "the engine": (put('"engine": "built-in"', '"engine": "Quarto"'), ("the digest of another text",)),
    "a blank": (put('{\n"documents"', '{ \n"documents"'), ("the digest of another text",)),
    "its own digest": (
        ledger(lambda text: re.sub(r'"digest": "\w', '"digest": "x', text)),
        ("digest of another text",),
    ),
    "an occurrence gone": (
        ledger(lambda text: re.sub(r'\n  \{"document": "manuscript".*?\},(?=\n)', "", text, count=1)),
        ("which the ledger does not have here",),
    ),
    "half of it": (ledger(lambda text: text[:3000]), ("the ledger can't be read",)),
    "a part gone": (ledger(lambda text: re.sub(r'"format"', '"form"', text)), ("the ledger can't be read",)),
    "the engine and the digest": (
        rewritten(lambda one: set_in(one, "documents", "manuscript", "engine", "Quarto")),
        ("the record of that render has another digest",),
    ),
    "a meaning and the digest": (
        rewritten(lambda one: set_in(one, "numbers", "trials", "meaning", "deaths")),
        ("numbers.trials.meaning reads", "the record of that render has another digest"),
    ),
}
OF_TABLE: dict[str, Case] = {
    "every value": (
        ledger(lambda text: text.replace(",0.7912345,", ",0.2,")),
        ("ledger.csv, line 2: “ratio.estimate,0.2,",),
    ),
    "a row gone": (ledger(lambda text: text.replace(text.split("\n")[3] + "\n", "")), ("lines; the ledger makes",)),
    "a row added": (ledger(lambda text: text + "manuscript\n"), ("lines; the ledger makes",)),
    "nothing": (lambda path: path.write_bytes(b""), ("ledger.json makes another table",)),
}
OF_ORIGINS: dict[str, Case] = {
    "a digit": (put("0.7912345", "0.6912345"), ("origins.html",)),
    "a quotation": (put("12 of 100 died", "2 of 100 died"), ("row-row-1", "are not those of the evidence")),
    "a remote picture": (put("</table>", '</table><img src="https://example.org/x.png">'), ("from elsewhere",)),
    "a script": (put("</body>", "<script>x()</script></body>"), ("a script is not one of the project's",)),
    "words": (put("How it was computed", "How it was guessed"), ("is not the one that the ledger makes",)),
    "nothing": (lambda path: path.write_bytes(b""), ("trials is printed and has no row",)),
    "other signs": (lambda path: path.write_bytes(b"\xff" + path.read_bytes()), ("is not the one that the ledger",)),
    "a row gone": (
        ledger(lambda text: re.sub(r'<tr id="n-trials">.*?</tr>', "", text, flags=re.DOTALL)),
        ("trials is printed and has no row",),
    ),
}
