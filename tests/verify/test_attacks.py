"""Outputs tampered with: every attack is caught, with its place."""

from pathlib import Path

import pytest
import small_project
import tampering

PROSE, CELL, CAPTION = "prose, section “2 Results”", "Table 1, row 4, column 2", "caption of Table 1"
# (place, number of the occurrence of ratio.estimate in the file's own order, the first being the abstract's)
NUMBERS = ((PROSE, 2), (CAPTION, 3), (CELL, 4), ("caption of Figure 1", 5))
# a PDF draws a float before the text of its page
NUMBERS_OF_PDF = ((CAPTION, 1), (CELL, 2), (PROSE, 4), ("caption of Figure 1", 5))


def test_the_untouched_outputs_pass(paper, found, capsys):
    assert found(paper) == ""
    said = capsys.readouterr().out
    assert "Every number in the outputs has its origin" in said
    lines = {line.split()[0]: line.split()[1:] for line in said.splitlines() if ".html" in line or ".docx" in line}
    assert lines["manuscript.html"] == ["16", "1", "3", "2"]
    assert lines["manuscript.docx"] == ["16", "1", "0", "2"]


@pytest.mark.parametrize(("place", "number"), NUMBERS, ids=[place for place, _ in NUMBERS])
def test_a_digit_of_the_html(copy, found, place, number):
    page = copy / "_output" / "manuscript.html"
    tampering.in_html(page, ">0.79</a>", ">0.78</a>", number)
    said = found(copy)
    assert f"manuscript.html, {place}" in said and "ratio.estimate reads “0.78” here" in said


@pytest.mark.parametrize(("place", "number"), NUMBERS, ids=[place for place, _ in NUMBERS])
def test_a_digit_of_the_docx(copy, found, place, number):
    change = tampering.write_in_control("ratio.estimate", "0.78", number)
    tampering.in_docx(copy / "_output" / "manuscript.docx", change)
    said = found(copy)
    assert f"manuscript.docx, {place}" in said and "ratio.estimate reads “0.78” here" in said


@pytest.mark.parametrize(("place", "number"), NUMBERS_OF_PDF, ids=[place for place, _ in NUMBERS_OF_PDF])
def test_a_digit_of_the_pdf(copy, found, place, number):
    tampering.in_pdf(copy / "_output" / "manuscript.pdf", "0.79", "0.49", number)
    said = found(copy)
    assert f"manuscript.pdf, {place}" in said and "ratio.estimate reads “0.49” here" in said


def test_a_digit_of_a_drawing_in_the_html(copy, found):
    tampering.in_html_drawing(copy / "_output" / "manuscript.html", "0.79 (0.49", "0.78 (0.49")
    said = found(copy)
    assert "manuscript.html, figure text of Figure 1" in said and "not those it was drawn with" in said


def test_a_digit_of_a_drawing_in_the_pdf(copy, found):
    tampering.in_pdf(copy / "_output" / "manuscript.pdf", "1.30)", "1.50)", drawn=True)
    said = found(copy)
    assert "manuscript.pdf, figure text of Figure 1" in said and "not those it was drawn with" in said


def test_the_picture_in_the_docx(copy, found):
    tampering.change_picture(copy / "_output" / "manuscript.docx")
    assert "manuscript.docx, picture 1: the picture is not the one that was rendered" in found(copy)


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_a_digit_of_an_alternative_text(copy, found, form):
    path = copy / "_output" / f"manuscript.{form}"
    if form == "html":
        tampering.in_html(path, 'aria-label="A plot of 0.79', 'aria-label="A plot of 0.78')
    elif form == "docx":

        def change(root):
            (picture,) = root.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
            picture.set("descr", picture.get("descr").replace("0.79", "0.78"))

        tampering.in_docx(path, change)
    else:
        tampering.set_alternative_in_pdf(path, "0.79", "0.78")
    said = found(copy)
    assert f"manuscript.{form}, alternative text of Figure 1" in said and "“0.78” is a number without a key" in said


def test_a_digit_of_the_label_that_screen_readers_speak(copy, found):
    tampering.in_html(
        copy / "_output" / "manuscript.html", 'aria-label="A plot of 0.79', 'aria-label="A plot of 0.78'
    )
    assert "manuscript.html, alternative text of Figure 1" in found(copy)


def test_two_equal_looking_numbers_swapped(copy, found):
    keys = ("arms.msc.events", "arms.control.events")
    outputs = copy / "_output"
    for form, swap in (("html", tampering.swap_in_html), ("pdf", tampering.swap_in_pdf)):
        swap(outputs / f"manuscript.{form}", *keys)
    tampering.in_docx(outputs / "manuscript.docx", tampering.swap_controls(*keys))
    said = found(copy)
    has = "the ledger has “12” (arms.msc.events) here"
    assert f"manuscript.html, .docx, prose, section “2 Results”: {has}" in said
    assert f"manuscript.pdf, Table 1, row 2, column 2: {has}" in said


def test_a_content_control_deleted(copy, found):
    tampering.in_docx(copy / "_output" / "manuscript.docx", tampering.unwrap_control("arms.msc.events"))
    said = found(copy)
    assert "manuscript.docx, prose, section “2 Results” (manuscript.qmd, line" in said
    assert "“12” is a number without a key" in said
    assert "“12” (arms.msc.events) here, and nothing carries that key" in said


def test_a_link_of_a_number_taken_out_of_the_html(copy, found):
    tampering.in_html(copy / "_output" / "manuscript.html", 'data-key="trials"', "")
    assert "“five” is a number without a key" in found(copy)


def test_data_edited_after_rendering(copy, found):
    data = copy / "data" / "numbers.csv"
    data.write_text(data.read_text().replace("0.7912345", "0.7812345"))
    said = found(copy)
    assert "manuscript: the outputs are stale: data changed" in said
    assert "supplement: the outputs are stale: data changed" in said
    assert "ratio.estimate reads “0.79”; its value 0.7812345 prints as “0.78”" in said


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("code/results.py", "code"),
        ("_quarto.yml", "configuration"),
        ("requirements.lock", "lock file"),
        ("manuscript.qmd", "document"),
    ],
)
def test_other_inputs_edited_after_rendering(copy, found, file, kind):
    with (copy / file).open("a") as stream:
        stream.write("\n# changed\n")
    assert f"manuscript: the outputs are stale: {kind} changed" in found(copy)


def test_literals_typed_into_the_document(copy, found):
    document = copy / "manuscript.qmd"
    text = document.read_text()
    text = text.replace(
        "As before",
        "The ratio was 0.79 and seventy-nine per cent lived; $0.81$, 7⁄8 and "
        '−`{python} n("arms.msc.events")` too. As before',
    )
    document.write_text(text)
    done = small_project.run(copy, "render", "--engine", "builtin")
    assert done.returncode == 0, done.stderr
    said = found(copy)
    line = text[: text.index("The ratio was 0.79")].count("\n") + 1
    place = f"manuscript.html, .pdf, .docx, prose, section “1 Introduction” (manuscript.qmd, line {line}): "
    for literal in ("0.79", "seventy-nine"):
        assert f"{place}“{literal}” is a number without a key" in said
    assert "“0.81” is a number without a key" in said
    assert "“7⁄8” is a number without a key" in said
    assert "a sign stands before a printed number: “−12”" in said


def test_output_and_ledger_changed_together(copy, found):
    outputs = copy / "_output"
    for form in ("html", "docx", "pdf"):
        if form == "html":
            tampering.in_html(outputs / "manuscript.html", ">0.79</a>", ">0.49</a>", 2)
        elif form == "docx":
            change = tampering.write_in_control("ratio.estimate", "0.49", 2)
            tampering.in_docx(outputs / "manuscript.docx", change)
        else:
            tampering.in_pdf(outputs / "manuscript.pdf", "0.79", "0.49", 2)
    ledger = outputs / "ledger.json"
    ledger.write_text(ledger.read_text().replace('"text": "0.79"', '"text": "0.49"'))
    assert "ratio.estimate reads “0.49”; its value 0.7912345 prints as “0.79”" in found(copy)


def test_words_changed_in_one_format(copy, found):
    change = tampering.write_in_text("of the treated", "of the untreated")
    tampering.in_docx(copy / "_output" / "manuscript.docx", change)
    said = found(copy)
    assert "manuscript.docx, prose, section “2 Results”: the text differs from manuscript.html" in said
    assert "untreated" in said


def test_a_claim_that_no_longer_holds(copy, found):
    data = copy / "data" / "numbers.csv"
    data.write_text(data.read_text().replace("0.7912345", "1.7912345"))
    assert "“favoured therapy” no longer holds (the ratio is below 1)" in found(copy)


def test_an_output_that_is_gone(copy, found):
    (copy / "_output" / "supplement.pdf").unlink()
    assert "supplement.pdf is not there" in found(copy)


@pytest.mark.parametrize("name", ["ledger.json", "manuscript.html"])
def test_no_output_is_changed_by_looking_at_it(paper, found, name):
    path: Path = paper / "_output" / name
    before = path.read_bytes()
    found(paper)
    assert path.read_bytes() == before
